"""collaboration: how bodies work together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from dure.collaboration.library import source
from dure.collaboration.library.finding import reindex
from dure.collaboration.library.loading import load_cases
from dure.collaboration.library.wording import FIELD
from dure.collaboration.models import Case
from dure.core.links import Link, urn
from dure.core.rooms import Loader, MenuEntry, Noun, Progress, Room
from dure.core.viewer import Viewer


def load(progress: Progress) -> None:
    load_cases(progress)


def resolve_cases(ids: Sequence[UUID], viewer: Viewer) -> Mapping[UUID, Link]:
    rows = Case.objects.visible_to(viewer).filter(pk__in=ids).defer("depth", "terms")
    return {
        case.pk: Link(
            urn("case", case.pk),
            case.name,
            case.get_absolute_url(),
            f"{case.government} · {FIELD.get(case.service_field, case.service_field)}",
        )
        for case in rows
    }


ROOM = Room(
    name="collaboration",
    floor=2,
    question=_("기관들은 어떻게 함께 일하나요?"),
    about=_(
        "협업을 요청하고, 제안과 의견을 받고, 함께한 일을 지나온 길과 함께 남깁니다. "
        "사례 도서관은 다른 곳에서 한 협업을 찾고 견주고 세는 곳입니다."
    ),
    nouns=(
        Noun("사례", "case", "Case"),
        Noun("사례의 참여주체", "party to a case", "CaseParty"),
    ),
    resolvers={"case": resolve_cases},
    menu=(MenuEntry(_("사례 도서관"), "library:list", order=70),),
    loaders=(Loader("cases", _("협업 사례"), f"1-{source.version()}", load),),
    rebuild_search=reindex,
)

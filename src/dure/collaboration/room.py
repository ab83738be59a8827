"""collaboration: how bodies work together."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dure.collaboration import parties, queries
from dure.collaboration.actions import opinion_publish_confirmed
from dure.collaboration.demo import demo
from dure.collaboration.desk import desk_items
from dure.collaboration.grants import manage_link
from dure.collaboration.library import source
from dure.collaboration.library.finding import reindex
from dure.collaboration.library.loading import load_cases
from dure.collaboration.library.queries import done_by
from dure.collaboration.library.wording import FIELD
from dure.collaboration.lines import describe, resolve_collaborations, resolve_part
from dure.collaboration.models import Case, Invitation, Offer, Opinion, Stage
from dure.collaboration.parts import parts
from dure.collaboration.public_text import rebuild
from dure.collaboration.subscribers import tell_the_asker, tell_the_invited, tell_the_parties
from dure.core.links import Link, parse, urn
from dure.core.rooms import Figure, FrontCard, Loader, MenuEntry, Noun, Panel, Progress, Purpose, Room, Subscriber
from dure.core.viewer import Viewer


def front(viewer: Viewer) -> Iterable[FrontCard]:
    """The newest open calls."""
    found = queries.collaboration_list(viewer, queries.ListFilter(), page=1)
    for row in found.rows[:3]:
        yield FrontCard(
            title=row.call.title,
            url=reverse("collaboration:page", args=[row.call.receipt]),
            tags=(row.call.stage_label, row.call.field_label),
            who=row.call.body.name,
            step=row.call.step,
            steps=4,
            note=_("제안 %(offers)d · 의견 %(opinions)d") % {"offers": row.offers, "opinions": row.opinions},
        )


def figures(viewer: Viewer) -> Iterable[Figure]:
    """What the front page counts: calls that take offers now, and cases to learn from."""
    yield Figure(queries.open_count(viewer), _("제안을 받는 협업"), reverse("collaboration:list"))
    yield Figure(Case.objects.visible_to(viewer).count(), _("찾아볼 수 있는 사례"), reverse("library:list"))


def panels(about: str, viewer: Viewer) -> Iterable[Panel]:
    """On a body's page: what it does together, and the cases it took part in."""
    kind, body_id = parse(about)
    if kind != "body":
        return
    calls = queries.of_body(viewer, body_id)
    yield Panel(_("함께 푸는 일"), "collaboration/body_panel.html", {"calls": calls}, order=10)
    cases = list(done_by(body_id, viewer)[:CASES_SHOWN])
    if cases:
        yield Panel(_("사례 도서관에 있는 일"), "collaboration/body_cases.html", {"cases": cases}, order=20)


def own_collaborations(viewer: Viewer) -> Sequence[Link]:
    """What the viewer's body works in now, newest first."""
    if viewer.body_id is None:
        return []
    rows = parties.together_with(viewer.body_id).exclude(stage__in=[Stage.DRAFT, Stage.WITHDRAWN]).order_by("-asked_at")
    found = resolve_collaborations(list(rows.values_list("pk", flat=True)[:OWN_SHOWN]), viewer)
    return sorted(found.values(), key=lambda link: link.title)


def demo_all(progress: Progress) -> None:
    demo(progress)
    for part in PARTS:
        if part.demo:
            part.demo(progress)


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


def rebuild_all(progress: Progress) -> None:
    reindex(progress)
    rebuild(progress)


CASES_SHOWN = 30
"""More than any body of the study has; the panel says where the rest is, should there be more"""

OWN_SHOWN = 200

PARTS = parts()

ROOM = Room(
    name="collaboration",
    floor=2,
    question=gettext_lazy("기관들은 어떻게 함께 일하나요?"),
    about=gettext_lazy(
        "기관이 협업을 요청하고, 다른 기관이 제안하고, 누구나 읽고 의견을 냅니다. "
        "지나온 길이 모두 남고, 공개하지 않는 것은 까닭과 다시 볼 날이 보입니다. "
        "앞선 사례를 찾고 견주는 도서관도 여기 있습니다."
    ),
    nouns=(
        Noun("협업", "collaboration", "Collaboration"),
        Noun("협업 요청", "call", "Call"),
        Noun("가진 것·모자란 것", "call item", "CallItem"),
        Noun("요청의 옛 글", "call revision", "CallRevision"),
        Noun("초대", "invitation", "Invitation"),
        Noun("제안", "offer", "Offer"),
        Noun("제안의 옛 글", "offer revision", "OfferRevision"),
        Noun("의견", "opinion", "Opinion"),
        Noun("의견의 옛 글", "opinion revision", "OpinionRevision"),
        Noun("의견 살피기", "opinion flag", "OpinionFlag"),
        Noun("사례", "case", "Case"),
        Noun("사례의 참여주체", "party to a case", "CaseParty"),
        Noun("함께하는 기관", "party", "Party"),
        *(noun for part in PARTS for noun in part.nouns),
    ),
    verbs=(
        "call_ask",
        "call_save",
        "call_publish",
        "call_withdraw",
        "call_field_withhold",
        "call_field_open",
        "draft_delete",
        "partner_invite",
        "invitation_decline",
        "offer_make",
        "offer_change",
        "offer_withdraw",
        "offer_withhold",
        "offer_take",
        "offer_decline",
        "partners_settle",
        "opinion_say",
        "opinion_publish_confirmed",
        "opinion_change",
        "opinion_remove",
        "opinion_withhold",
        "opinion_flag",
        "opinion_hide",
        "opinion_restore",
        "file_add",
        *(verb for part in PARTS for verb in part.verbs),
    ),
    events_out={
        "collaboration.asked": gettext_lazy("협업을 요청함"),
        "collaboration.call.changed": gettext_lazy("요청 내용을 고침"),
        "collaboration.withdrawn": gettext_lazy("요청을 거둠"),
        "collaboration.draft.deleted": gettext_lazy("쓰던 요청을 지움"),
        "collaboration.partner.invited": gettext_lazy("기관을 초대함"),
        "collaboration.invitation.declined": gettext_lazy("초대를 사양함"),
        "collaboration.offer.made": gettext_lazy("제안함"),
        "collaboration.offer.changed": gettext_lazy("제안을 고침"),
        "collaboration.offer.withdrawn": gettext_lazy("제안을 거둠"),
        "collaboration.offer.taken": gettext_lazy("제안을 받아들임"),
        "collaboration.offer.declined": gettext_lazy("제안을 사양함"),
        "collaboration.partners.settled": gettext_lazy("함께할 기관을 정함"),
        "collaboration.opinion.said": gettext_lazy("의견을 냄"),
        "collaboration.opinion.changed": gettext_lazy("의견을 고침"),
        "collaboration.opinion.removed": gettext_lazy("의견을 거둠"),
        "collaboration.opinion.flagged": gettext_lazy("의견을 살펴 달라고 알림"),
        "collaboration.opinion.hidden": gettext_lazy("의견을 가림"),
        "collaboration.opinion.restored": gettext_lazy("의견을 되살림"),
        **{type: words for part in PARTS for type, words in part.events_out.items()},
    },
    subscribers=(
        Subscriber(
            "collaboration.tell_the_asker",
            (
                "collaboration.offer.*",
                "collaboration.opinion.said",
                "collaboration.opinion.flagged",
                "collaboration.invitation.declined",
            ),
            tell_the_asker,
        ),
        Subscriber("collaboration.tell_the_invited", ("collaboration.partner.invited",), tell_the_invited),
        Subscriber(
            "collaboration.tell_the_parties",
            ("collaboration.partners.settled", "collaboration.offer.taken", "collaboration.offer.declined"),
            tell_the_parties,
        ),
        *(subscriber for part in PARTS for subscriber in part.subscribers),
    ),
    jobs={kind: handler for part in PARTS for kind, handler in part.jobs.items()},
    periodic=tuple(periodic for part in PARTS for periodic in part.periodic),
    menu=(
        MenuEntry(gettext_lazy("함께 푸는 일"), "collaboration:list", "main", 10),
        MenuEntry(gettext_lazy("사례 도서관"), "library:list", "main", 20),
        MenuEntry(
            gettext_lazy("협업 요청하기"), "collaboration:ask_new", "desk", 20, lambda v: v.may_act_for(v.body_id)
        ),
    ),
    resolvers={
        "collaboration": resolve_collaborations,
        "offer": resolve_part(Offer),
        "opinion": resolve_part(Opinion),
        "invitation": resolve_part(Invitation),
        "case": resolve_cases,
        **{kind: resolve_part(kept.model) for part in PARTS for kind, kept in part.things.items()},
        **{kind: resolver for part in PARTS for kind, resolver in part.resolvers.items()},
    },
    describe=describe,
    confirmations={
        "opinion": Purpose(
            ask=gettext_lazy("의견을 올리려면 이 주소가 본인의 것인지 확인해 주세요."),
            done=opinion_publish_confirmed,
            page=manage_link,
        ),
        **{purpose: what for part in PARTS for purpose, what in part.confirmations.items()},
    },
    demo=demo_all,
    desk=desk_items,
    front=front,
    figures=figures,
    panels=panels,
    own={"collaboration": own_collaborations},
    loaders=(Loader("cases", gettext_lazy("협업 사례"), f"2-{source.version()}", load),),
    rebuild_search=rebuild_all,
)

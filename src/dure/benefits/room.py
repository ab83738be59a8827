"""benefits: 무엇을 받을 수 있나요?"""

from __future__ import annotations

from collections.abc import Iterable

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dure.benefits import queries
from dure.benefits.actions import PURPOSE, watch_confirmed, watches_look
from dure.benefits.demo import demo
from dure.benefits.reading import library
from dure.core import clock
from dure.core.jobs import Context, titled
from dure.core.models import Confirmation
from dure.core.rooms import Figure, MenuEntry, Noun, Periodic, Purpose, Room
from dure.core.viewer import Viewer


@titled(gettext_lazy("혜택 알림 살펴보기"))
def look(context: Context) -> dict[str, int]:
    done = watches_look()
    return {"watches": done.watches, "told": done.told, "cleared": done.cleared}


def confirmed_page(confirmation: Confirmation) -> str:
    watch = queries.watch_of(confirmation)
    return watch.path if watch else "/benefits/"


def front_figures(viewer: Viewer) -> Iterable[Figure]:
    yield Figure(len(queries.benefits(clock.today(), "ko")), _("규칙으로 적은 혜택"), reverse("benefits:index"))


def warm() -> None:
    """Reading and compiling the rules, which the first visitor to this process would wait for."""
    library().rules.on(clock.today())


ROOM = Room(
    name="benefits",
    floor=2,
    question=gettext_lazy("무엇을 받을 수 있나요?"),
    about=gettext_lazy(
        "나라와 지역의 급여와 감면을 규칙 파일로 적고, 한 집마다 까닭과 함께 계산합니다. "
        "모르는 것은 모른다고 하고, 무엇을 알면 정해지는지 알려 줍니다."
    ),
    nouns=(
        Noun("혜택 알림", "benefit watch", "Watch"),
        Noun("저장한 형편", "saved household", "SavedHousehold"),
        Noun("창구 동의", "counter consent", "CounterConsent"),
    ),
    verbs=(
        "watch_start",
        "watch_end",
        "household_save",
        "household_forget",
        "consent_record",
        "consent_withdraw",
        "benefits_refer",
    ),
    events_out={
        "benefits.consent.recorded": gettext_lazy("창구에서 동의를 받음"),
        "benefits.consent.withdrawn": gettext_lazy("동의를 거둠"),
        "benefits.referred": gettext_lazy("혜택 신청으로 넘김"),
        "benefits.watch.due": gettext_lazy("지켜보던 혜택이 바뀜"),
    },
    menu=(
        MenuEntry(gettext_lazy("혜택 찾기"), "benefits:index", "main", 15),
        MenuEntry(
            gettext_lazy("혜택 창구"),
            "benefits:counter",
            "desk",
            60,
            shown=lambda viewer: viewer.may_act_for(viewer.body_id),
        ),
    ),
    resolvers={"benefit_consent": queries.resolve_consents, "benefit_watch": queries.resolve_watches},
    describe=queries.describe,
    confirmations={
        PURPOSE: Purpose(
            ask=gettext_lazy("혜택이 바뀌면 알려 드려도 되는지 확인해 주세요."),
            done=watch_confirmed,
            page=confirmed_page,
        )
    },
    jobs={"benefits.look": look},
    periodic=(Periodic("benefits.look", "day"),),
    figures=front_figures,
    demo=demo,
    warm=warm,
)

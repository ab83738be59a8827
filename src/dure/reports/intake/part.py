from __future__ import annotations

from django.utils.translation import gettext_lazy

from dure.core.rooms import MenuEntry, Noun, Periodic
from dure.reports.intake import actions
from dure.reports.intake.demo import demo
from dure.reports.intake.desk import desk
from dure.reports.intake.jobs import let_go
from dure.reports.intake.lines import LINES
from dure.reports.intake.sections import sections
from dure.reports.parts import Part

PART = Part(
    "intake",
    nouns=(Noun("접수 경위", "how a report came in", "Intake"),),
    verbs=tuple(actions.__all__),
    events_out={
        "reports.joined": gettext_lazy("같은 신고에 합침"),
        "reports.unjoined": gettext_lazy("합친 신고를 되돌림"),
        "reports.looked": gettext_lazy("공개를 미룬 신고를 살펴봄"),
    },
    lines=LINES,
    jobs={"reports.let_go": let_go},
    periodic=(Periodic("reports.let_go", "day"),),
    menu=(
        MenuEntry(gettext_lazy("알리기"), "reports:intake", "main", 15),
        MenuEntry(gettext_lazy("내 신고"), "reports:intake_mine", "desk", 60, lambda viewer: viewer.is_person),
        MenuEntry(
            gettext_lazy("창구·전화 접수"),
            "reports:intake_counter",
            "desk",
            61,
            lambda viewer: viewer.may_act_for(viewer.body_id),
        ),
    ),
    desk=desk,
    sections=sections,
    demo=demo,
)

"""What the house already knows of an agreement that begins: nobody types it twice."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

from django.utils.translation import override

from dure.collaboration.agreement.content import EMPTY
from dure.collaboration.models import Collaboration, Party
from dure.collaboration.parties import parties_of
from dure.core.models import Withholding
from dure.core.texts import tidy
from dure.core.visibility import Level

EXIT = (
    "그만두려는 기관은 석 달 전에 까닭을 적어 다른 기관에 알립니다. "
    "그때까지 맡은 일과 나누기로 한 돈은 그대로 하고, 넘겨줄 일을 함께 정합니다."
)
MEDIATION = (
    "갈등이 생기면 두레의 갈등 조정 쪽에서 먼저 이야기하고, 서른 날 안에 풀리지 않으면 함께 고른 조정인에게 맡깁니다."
)


def composed(collaboration: Collaboration) -> dict[str, Any]:
    """A content from the call (purpose and term, where they are public), the parties, and the offers taken up."""
    content = deepcopy(EMPTY)
    call = collaboration.call
    narrowed = Withholding.objects.filter(subject=collaboration.pk).exclude(visibility=Level.PUBLIC)
    hidden = set(narrowed.values_list("field", flat=True))
    purpose = [text for name, text in (("goal", call.goal), ("for_whom", call.for_whom)) if text and name not in hidden]
    content["purpose"] = tidy("\n".join(purpose), longest=4000, field="purpose")
    if "term" not in hidden:
        content["starts_on"] = call.starts_on.isoformat() if call.starts_on else ""
        content["ends_on"] = call.ends_on.isoformat() if call.ends_on else ""
    rows = list(parties_of(collaboration).select_related("offer"))
    for party in rows:
        content["roles"][str(party.body_id)] = ""
        content["contributions"][str(party.body_id)] = _brings(party, call, hidden)
    content["exit"], content["mediation"] = EXIT, MEDIATION
    return content


def _brings(party: Party, call: Any, hidden: set[str]) -> str:
    with override("ko"):
        if party.offer is None:
            lines = [] if "brings" in hidden else [item.text for item in call.brings]
        elif party.offer.visibility != Level.PUBLIC:
            lines = []
        else:
            offer = party.offer
            lines = [f"{offer.get_resource_display()}: {offer.what}", offer.how_much, offer.conditions]
    return tidy("\n".join(line for line in lines if line), longest=2000, field="contributions", one_line=False)[:2000]

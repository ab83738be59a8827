"""Who reads a statement, a piece of evidence or a record of a hearing, looked at again later."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from dure.collaboration.mediation import policy
from dure.collaboration.mediation.actions import moves
from dure.collaboration.mediation.actions.refer import narrow
from dure.collaboration.mediation.models import DisputeStatement, Evidence, HearingRecord, OfDispute
from dure.core.refused import Refused
from dure.core.viewer import Viewer
from dure.core.visibility import open_up

KINDS: Mapping[str, type[OfDispute]] = {"statement": DisputeStatement, "evidence": Evidence, "record": HearingRecord}


def mediation_narrow(
    *, by: Viewer, id: UUID, kind: str, thing_id: UUID, narrowing: Mapping[str, Any] | None
) -> OfDispute:
    """Keep something of dispute `id` to the parties and the committee, or (`narrowing` None) open it to everybody.

    `kind` is one of KINDS. By the body that answers for it; what the committee wrote, by whoever sits or sat in it at
    the end. Also after the mediation has ended, so that review dates can be kept.
    """
    with transaction.atomic():
        dispute = moves.locked(id)
        row = KINDS[kind].objects.filter(pk=thing_id, dispute=dispute).first() if kind in KINDS else None
        if row is None:
            raise Refused("not_found", _("이런 것이 없습니다."))
        by = policy.must_answer_for(by, row)
        if narrowing is not None:
            narrow(by, row, narrowing)
        elif row.withheld:
            open_up(by=by, thing=row)
    return row

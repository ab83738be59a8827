from __future__ import annotations

from datetime import date
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from dure.bodies import queries as bodies
from dure.core import clock
from dure.core.events import record
from dure.core.privacy import has_personal_data
from dure.core.refused import Refused
from dure.core.viewer import Viewer
from dure.core.visibility import withhold
from dure.thanks import policy
from dure.thanks.models import Thanks


def thanks_say(*, by: Viewer, body_id: UUID, text: str) -> Thanks:
    """Thank a body in public. Refused: not_signed_in, not_found, invalid (`text`: empty, or with personal data)."""
    policy.must_be_a_person(by)
    text = text.strip()
    if not text:
        raise Refused("invalid", _("고마운 말을 적어 주세요."), "text")
    if has_personal_data(text):
        raise Refused("invalid", _("전화번호 같은 개인정보는 빼 주세요."), "text")
    with transaction.atomic():
        body = bodies.get(body_id, by)
        said = Thanks.objects.create(body=body, person_id=by.person_id, text=text, created_at=clock.now())
        record(by=by, type="thanks.said", subject=said.about, thing=said.urn)
    return said


def thanks_withhold(*, by: Viewer, id: UUID, reason: str, review_on: date | None) -> Thanks:
    """Keep a word of thanks to the body it was said to, with a reason and a day to look again."""
    with transaction.atomic():
        said = Thanks.objects.visible_to(by).filter(pk=id).first()
        if said is None:
            raise Refused("not_found", _("없는 글입니다."))
        policy.must_answer_for(by, said)
        withhold(by=by, thing=said, level="body", reason=reason, review_on=review_on)
    return said

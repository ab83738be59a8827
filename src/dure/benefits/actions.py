"""The few things this room writes: what somebody asked to be kept or told, and the consent of people at a counter."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from dure.benefits import policy, queries, watching
from dure.benefits.models import CounterConsent, SavedHousehold, Watch
from dure.benefits.reading import library
from dure.benefits.sealing import seal, unseal
from dure.benefits.speaking import rule_language
from dure.benefits.told import Told, packed
from dure.core import clock, outbox
from dure.core.confirmations import clean_address, confirmation_start
from dure.core.events import record
from dure.core.ids import uuid7
from dure.core.models import Confirmation
from dure.core.notices import notify
from dure.core.refused import Refused
from dure.core.viewer import Viewer

PURPOSE = "benefits.watch"
MOST_WATCHES = 5
"""Watches of one person."""
LONGEST_CONSENT = 365
UNCONFIRMED = timedelta(days=2)


def watch_start(
    *,
    by: Viewer,
    births: Sequence[str],
    residence: str,
    benefits: Sequence[str],
    email: str = "",
    language: str = "ko",
    client: str = "",
) -> Watch:
    """Tell this person (with an account), or this address once it is confirmed, when one of the benefits changes.

    Nothing else of what they told is kept. Refused: `invalid` (no benefits; `email`), `too_many`.
    """
    rules, today = library().rules, clock.today()
    ids = [id for id in dict.fromkeys(benefits) if id in rules.benefits]
    if not ids:
        raise Refused("invalid", _("알려 드릴 혜택이 없습니다. 먼저 결과를 확인해 주세요."))
    address = "" if by.person_id else clean_address(Confirmation.Channel.EMAIL, email)
    with transaction.atomic():
        if by.person_id and queries.watches_of(by).count() >= MOST_WATCHES:
            words = _("알림은 %(n)d개까지 둘 수 있습니다. 쓰지 않는 것을 지우고 다시 해 주세요.")
            raise Refused("conflict", words % {"n": MOST_WATCHES})
        watch = Watch.objects.create(
            id=uuid7(),
            person_id=by.person_id,
            address=seal(address.encode(), "watch") if address else "",
            language=language,
            births=list(births),
            residence=residence,
            benefits=ids,
            marks=watching.marks(rules, ids, today),
            looked_on=today,
            confirmed_at=clock.now() if by.person_id else None,
        )
        if address:
            confirmation_start(
                channel=Confirmation.Channel.EMAIL,
                address=address,
                purpose=PURPOSE,
                thing=watch.urn,
                language="ko" if language == "ko" else "en",
                client=client,
            )
    return watch


def watch_confirmed(confirmation: Confirmation) -> None:
    """The address was confirmed: from now on it is written to."""
    watch = queries.watch_of(confirmation)
    if watch is not None:
        watch.confirmed_at = clock.now()
        watch.save(update_fields=["confirmed_at"])


def watch_end(*, by: Viewer, id: UUID, token: str = "") -> None:
    """Delete a watch with everything kept for it: its person, or whoever has its link. Refused `not_found`."""
    with transaction.atomic():
        queries.watch(by, id, token).delete()


def household_save(*, by: Viewer, told: Told) -> SavedHousehold:
    """Keep what was told for this person, encrypted, in place of what was kept before. Refused `not_signed_in`."""
    person = policy.must_have_an_account(by)
    if told.empty:
        raise Refused("invalid", _("저장할 것이 없습니다."))
    row, _made = SavedHousehold.objects.update_or_create(
        person_id=person, defaults={"told": packed(told, "saved"), "saved_at": clock.now()}
    )
    return row


def household_forget(*, by: Viewer) -> None:
    """Delete what was kept for this person; a second time changes nothing."""
    SavedHousehold.objects.filter(person_id=policy.must_have_an_account(by)).delete()


def consent_record(
    *, by: Viewer, id: UUID, purpose: str, how: str, days: int, agreed: bool, keeps: bool
) -> CounterConsent:
    """Write down that somebody at the counter agreed, before anything is asked. A second call with the id changes
    nothing. Refused: `not_signed_in`, `not_allowed`, `invalid` (`agreed`, `days`)."""
    body, person = policy.must_serve_at_a_counter(by)
    if not agreed:
        raise Refused("invalid", _("먼저 설명해 드리고 동의를 받아 주세요."), "agreed")
    if not 1 <= days <= LONGEST_CONSENT:
        words = _("동의 기간은 1일부터 %(n)d일까지로 적어 주세요.")
        raise Refused("invalid", words % {"n": LONGEST_CONSENT}, "days")
    today = clock.today()
    with transaction.atomic():
        row, made = CounterConsent.objects.get_or_create(
            id=id,
            defaults={
                "body_id": body,
                "officer_id": person,
                "purpose": CounterConsent.Purpose(purpose),
                "how": CounterConsent.How(how),
                "keeps": keeps,
                "given_on": today,
                "until": today + timedelta(days=days),
            },
        )
        if not made and (row.body_id != body or row.officer_id != person):
            raise Refused("conflict", _("같은 번호의 동의 기록이 이미 있습니다. 화면을 다시 열어 주세요."))
        if made:
            record(by=by, type="benefits.consent.recorded", subject=row.urn, data={"keeps": keeps, "days": days})
    return row


def consent_withdraw(*, by: Viewer, id: UUID) -> CounterConsent:
    """The person took their consent back: what was kept is deleted at once; that there was a consent stays."""
    policy.must_serve_at_a_counter(by)
    with transaction.atomic():
        row = queries.consent(by, id, lock=True)
        if row.withdrawn_at is None:
            row.withdrawn_at, row.told = clock.now(), ""
            row.save(update_fields=["withdrawn_at", "told"])
            record(by=by, type="benefits.consent.withdrawn", subject=row.urn)
    return row


def benefits_refer(*, by: Viewer, id: UUID, told: Told, benefits: Sequence[str]) -> CounterConsent:
    """Hand over to applications for these benefits. What was told is kept only where the person agreed to that.

    Refused: `not_found`, `conflict` (the consent is over), `invalid` (nothing to apply for).
    """
    policy.must_serve_at_a_counter(by)
    known = library().rules.benefits
    ids = [one for one in dict.fromkeys(benefits) if one in known]
    if not ids:
        raise Refused("invalid", _("신청으로 넘길 혜택을 하나 이상 골라 주세요."), "benefits")
    with transaction.atomic():
        row = queries.consent(by, id, lock=True)
        if not row.holds:
            raise Refused("conflict", _("동의 기간이 끝났거나 동의가 거두어졌습니다. 동의를 다시 받아 주세요."))
        row.referred_at, row.referred = clock.now(), ids
        row.told = packed(told, "consent") if row.keeps else ""
        row.save(update_fields=["referred_at", "referred", "told"])
        record(by=by, type="benefits.referred", subject=row.urn, data={"benefits": ids})
    return row


@dataclass(frozen=True)
class Looked:
    """What the daily look did."""

    watches: int
    told: int
    cleared: int


def watches_look(on: date | None = None) -> Looked:
    """Look through watches not looked at today; tell what changed; delete what is over. Safe to be done twice."""
    today = on or clock.today()
    cleared = Watch.objects.filter(confirmed_at=None, created_at__lt=clock.now() - UNCONFIRMED).delete()[0]
    cleared += CounterConsent.objects.filter(until__lt=today).exclude(told="").update(told="")
    waiting = list(Watch.objects.filter(looked_on__lt=today).exclude(confirmed_at=None).values_list("pk", flat=True))
    told = sum(_look(pk, today) for pk in waiting)
    return Looked(len(waiting), told, cleared)


def _look(pk: UUID, today: date) -> bool:
    rules = library().rules
    with transaction.atomic():
        watch = Watch.objects.select_for_update().filter(pk=pk, looked_on__lt=today).first()
        if watch is None:
            return False
        found = watching.news(rules, watch.looked_on, today, watch.births, watch.residence, watch.benefits, watch.marks)
        watch.looked_on, watch.marks = today, watching.marks(rules, watch.benefits, today)
        watch.save(update_fields=["looked_on", "marks"])
        if not found.age and not found.rule:
            return False
        if watch.person_id:
            data = {"age": list(found.age), "rule": list(found.rule)}
            event = record(by=Viewer.anonymous(), type="benefits.watch.due", subject=watch.urn, data=data)
            notify([watch.person_id], event)
        else:
            _write(watch, found, today)
    return True


def _write(watch: Watch, found: watching.News, today: date) -> None:
    address = unseal(watch.address, "watch")
    if address is None:
        return
    benefits, lang = library().rules.benefits, rule_language(watch.language)
    with translation.override(watch.language):
        lines = [_("알려 달라고 하신 혜택에 바뀐 것이 있습니다."), ""]
        for ids, why in ((found.age, _("나이가 되어 달라졌습니다")), (found.rule, _("기준이나 금액이 바뀌었습니다"))):
            names = [benefits[id].names.get(lang) or benefits[id].names["ko"] for id in ids if id in benefits]
            lines += [f"- {name}: {why}" for name in names]
        lines += [
            "",
            _("지금 받을 수 있는지 다시 알아보기:"),
            f"{settings.SITE_URL}/benefits/",
            "",
            _("이 알림을 그만 받고 남긴 것을 모두 지우려면:"),
            f"{settings.SITE_URL}{watch.path}",
        ]
        outbox.queue(
            channel="email",
            address=address.decode(),
            subject=_("[두레] 혜택에 바뀐 것이 있습니다"),
            text="\n".join(lines) + "\n",
            once_key=f"benefits.watch:{watch.pk}:{today}",
        )

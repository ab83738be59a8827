"""Letters that came in: each is kept until it became a report, a word, or nothing, and says which."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from dure.core import clock
from dure.core.ids import uuid7


class IncomingMail(models.Model):
    """A letter to the installation's address for reports. Its id becomes that of the report or the word it makes, so
    that reading it again makes no second one.

    `key` is the SHA-256 of its Message-ID and sender. `sealed` is the whole letter (RFC 5322) encrypted under the
    installation's key, as long as something is still to be done about it; `reason` says to operators what happened,
    without anything the letter said.
    """

    class State(models.TextChoices):
        KEPT = "kept", _("받아 둠")
        WAITING = "waiting", _("주소 확인을 기다림")
        REPORT = "report", _("신고가 됨")
        WORD = "word", _("신고에 더해짐")
        IGNORED = "ignored", _("저절로 온 편지라 두지 않음")
        FAILED = "failed", _("읽지 못해 사람이 보아야 함")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    key = models.CharField(max_length=64, unique=True)
    received_at = models.DateTimeField(default=clock.now)
    state = models.CharField(max_length=7, choices=State.choices, default=State.KEPT)
    reason = models.CharField(max_length=300, blank=True)
    sealed = models.BinaryField(null=True, blank=True)
    size = models.PositiveIntegerField()
    tries = models.PositiveSmallIntegerField(default=0)
    report = models.ForeignKey("reports.Report", null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    confirmation = models.ForeignKey(
        "core.Confirmation", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        verbose_name = _("들어온 편지")
        verbose_name_plural = _("들어온 편지")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=~Q(state__in=["kept", "waiting"]) | Q(sealed__isnull=False), name="report_mail_kept"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["ignored", "failed"]) | ~Q(reason=""), name="report_mail_reason"
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["state", "received_at"], name="report_mail_by_state")]

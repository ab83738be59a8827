"""Who goes out for a report, where they are while they drive, and the link on which the reporter sees it."""

from __future__ import annotations

from datetime import timedelta
from typing import ClassVar
from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from dure.core import clock, tokens
from dure.core.ids import uuid7

SLOTS = 5
"""Positions kept of a crew: the newest few, each written over an old one."""


class StatusLink(models.Model):
    """The short form of a report's status link, and whether it was opened; nothing about who opened it.

    `code_hash` is keyed, because a code has 60 bits only (`live.codes`); `turn` counts the codes that were passed
    over. `watch` names the report's stream of moves: whoever does not know it hears nothing.
    `sent_at`: a message with the link went out; `opened_at`: somebody looked at it after that.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    report = models.OneToOneField("reports.Report", on_delete=models.CASCADE, related_name="status_link")
    code_hash = models.CharField(max_length=64, unique=True)
    turn = models.PositiveSmallIntegerField(default=0)
    watch = models.UUIDField(default=uuid4, unique=True, editable=False)
    channel = models.CharField(max_length=5, choices=[("email", _("전자우편")), ("phone", _("전화"))], blank=True)
    sent_at = models.DateTimeField(null=True, blank=True, db_index=True)
    opened_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(opened_at=None) | Q(sent_at__isnull=False), name="report_link_opened_after_sent"
            ),
        ]


class Crew(models.Model):
    """People of a body who go out together, under the name by which they are called. No account is needed."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    body = models.ForeignKey("bodies.Body", on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=40)
    phone = models.CharField(max_length=20, blank=True)
    created_at = models.DateTimeField(default=clock.now)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=~Q(name=""), name="crew_named"),
            models.UniqueConstraint(fields=["body", "name"], condition=Q(ended_at=None), name="crew_name_in_body"),
        ]


class Dispatch(models.Model):
    """A crew sent out for a report. Its link is its key: the token's hash is here, never the token.

    The position is shared while `sharing_since` is set; `stopped_why` says why it no longer is, `heard_at` when the
    crew's page was last heard of. `frozen` is for the demonstration alone: its position stands still and says so.
    """

    class State(models.TextChoices):
        SENT = "sent", _("보냄")
        UNDER_WAY = "under_way", _("가는 중")
        ARRIVED = "arrived", _("도착함")
        DONE = "done", _("마침")
        CANCELLED = "cancelled", _("취소함")

    class Stopped(models.TextChoices):
        ARRIVED = "arrived", _("현장에 도착했습니다.")
        TIME = "time", _("나눈 지 오래되어 저절로 멈췄습니다.")
        SILENT = "silent", _("출동조의 화면이 닫혀 저절로 멈췄습니다.")
        DENIED = "denied", _("출동조의 전화기가 위치를 알려 주지 않아 멈췄습니다.")
        BATTERY = "battery", _("출동조의 전화기 전지가 얼마 남지 않아 멈췄습니다.")
        ASKED = "asked", _("출동조가 멈췄습니다.")
        ENDED = "ended", _("출동이 끝났습니다.")

    OPEN: ClassVar = ("sent", "under_way", "arrived")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    report = models.ForeignKey("reports.Report", on_delete=models.CASCADE, related_name="dispatches")
    crew = models.ForeignKey(Crew, on_delete=models.PROTECT, related_name="dispatches")
    body = models.ForeignKey("bodies.Body", on_delete=models.PROTECT, related_name="+")
    sent_by = models.ForeignKey("core.Person", null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    note = models.CharField(max_length=300, blank=True)
    contact_shared = models.BooleanField(default=False)
    token_hash = models.CharField(max_length=64, unique=True)
    state = models.CharField(max_length=9, choices=State.choices, default=State.SENT)
    sent_at = models.DateTimeField(default=clock.now)
    expires_at = models.DateTimeField()
    under_way_at = models.DateTimeField(null=True, blank=True)
    arrived_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    not_found_at = models.DateTimeField(null=True, blank=True)
    place_said = models.CharField(max_length=120, blank=True)
    sharing_since = models.DateTimeField(null=True, blank=True)
    stopped_why = models.CharField(max_length=7, choices=Stopped.choices, blank=True)
    heard_at = models.DateTimeField(null=True, blank=True)
    word = models.ForeignKey("reports.Word", null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    frozen = models.BooleanField(default=False)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["report", "crew"],
                condition=Q(state__in=["sent", "under_way", "arrived"]),
                name="dispatch_crew_once_at_a_time",
            ),
            models.CheckConstraint(
                condition=Q(sharing_since=None) | Q(state="under_way"), name="dispatch_shares_under_way_only"
            ),
            models.CheckConstraint(
                condition=Q(state__in=["done", "cancelled"], ended_at__isnull=False)
                | ~Q(state__in=["done", "cancelled"]) & Q(ended_at=None),
                name="dispatch_ended_whole",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["body", "state", "-sent_at"], name="dispatch_by_body")]

    @property
    def urn(self) -> str:
        return f"dure:dispatch:{self.pk}"

    @property
    def crew_path(self) -> str:
        """The crew's own link without the site: for the crew alone."""
        return f"/crew/{tokens.token_of('dispatch', self.pk)}/"

    @property
    def open(self) -> bool:
        return self.state in self.OPEN

    @property
    def share_until(self) -> object:
        """When sharing ends whatever happens; None where nothing is shared."""
        return self.sharing_since and self.sharing_since + timedelta(hours=settings.CREW_SHARE_HOURS)


class CrewPosition(models.Model):
    """Where a crew was. At most SLOTS rows a dispatch; all go when sharing ends. Never in an event, an address of a
    page, a log, or anything public but the status link and the dispatching body's page."""

    dispatch = models.ForeignKey(Dispatch, on_delete=models.CASCADE, related_name="positions")
    slot = models.PositiveSmallIntegerField()
    lon = models.FloatField()
    lat = models.FloatField()
    accuracy_m = models.FloatField(null=True, blank=True)
    at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["dispatch", "slot"], name="crew_position_slot"),
            models.CheckConstraint(condition=Q(slot__lt=SLOTS), name="crew_position_few"),
            models.CheckConstraint(
                condition=Q(lon__range=(-180, 180), lat__range=(-90, 90)), name="crew_position_in_degrees"
            ),
        ]


class WrongPlace(models.Model):
    """The reporter said that the place is another one. `body` had the report then; an empty new place means that it was
    said in words (the report's address). On top of the dispatcher's page until somebody has seen it."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    report = models.ForeignKey("reports.Report", on_delete=models.CASCADE, related_name="wrong_places")
    body = models.ForeignKey("bodies.Body", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    lon = models.FloatField(null=True, blank=True)
    lat = models.FloatField(null=True, blank=True)
    before_lon = models.FloatField(null=True, blank=True)
    before_lat = models.FloatField(null=True, blank=True)
    note = models.CharField(max_length=300, blank=True)
    at = models.DateTimeField(default=clock.now)
    seen_at = models.DateTimeField(null=True, blank=True)
    seen_by = models.ForeignKey("core.Person", null=True, blank=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["body", "-at"], condition=Q(seen_at=None), name="wrong_place_unseen"),
        ]

"""Visibility: public by default; narrower only with a reason, who decided, and a date for another look.

Every model that people can see derives from `Visible` and is read through `Model.objects.visible_to(viewer)`.
The reasons are those of 공공기관의 정보공개에 관한 법률 제9조제1항 각 호.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, ClassVar, Self
from uuid import UUID

from django.apps import apps
from django.db import models, transaction
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dure.core import clock
from dure.core.refused import Refused
from dure.core.viewer import Viewer

LONGEST = timedelta(days=366)


class Level(models.TextChoices):
    PUBLIC = "public", gettext_lazy("모두에게 공개")
    PARTNERS = "partners", gettext_lazy("함께하는 기관에만")
    BODY = "body", gettext_lazy("우리 기관에만")
    NAMED = "named", gettext_lazy("정한 사람에게만")


class Reason(models.TextChoices):
    """정보공개법 제9조제1항 제1호–제8호."""

    SECRET_BY_LAW = "secret_by_law", gettext_lazy("다른 법률에서 비밀로 정한 것")
    SECURITY = "security", gettext_lazy("국가의 안전에 관한 것")
    SAFETY = "safety", gettext_lazy("사람의 생명·신체·재산을 지키는 것")
    TRIAL = "trial", gettext_lazy("재판·수사에 관한 것")
    DELIBERATION = "deliberation", gettext_lazy("아직 정하는 중인 일의 공정성")
    PERSONAL = "personal", gettext_lazy("개인정보")
    TRADE_SECRET = "trade_secret", gettext_lazy("경영·영업상 비밀")
    SPECULATION = "speculation", gettext_lazy("부동산 투기 등으로 이익을 주는 것")


@dataclass(frozen=True, slots=True)
class Withheld:
    """What stands in the place of something a viewer may not see."""

    level: str
    reason: str
    review_on: date
    decided_by: UUID | None
    decided_on: date

    @property
    def reason_label(self) -> str:
        return str(Reason(self.reason).label)

    def as_dict(self) -> dict[str, str]:
        """For the API and exports."""
        return {
            "withheld": self.level,
            "reason": self.reason,
            "reason_text": self.reason_label,
            "review_on": self.review_on.isoformat(),
        }


class VisibleQuerySet(models.QuerySet[Any]):
    def visible_to(self, viewer: Viewer) -> Self:
        """The rows this viewer may see. The only door to rows that people read."""
        model: type[Visible] = self.model
        return self.filter(may_see(viewer, model))

    def withheld_from(self, viewer: Viewer) -> Self:
        """The rows that this viewer may know to exist, but not read: to be shown as withheld, and counted."""
        model: type[Visible] = self.model
        seen = model._default_manager.filter(level_q(viewer, model)).values("pk")
        return self.filter(place_q(viewer, model)).exclude(pk__in=seen)

    def knowable_to(self, viewer: Viewer) -> Self:
        """Both of the above: what stands in a public place, readable or withheld."""
        return self.filter(place_q(viewer, self.model))


class Visible(models.Model):
    """A row with a visibility. The class attributes say where its people are found (lookup paths):

    `visible_owner` the body that answers for it, `visible_author` the person who made it, `visible_circle` the UUID
    whose `Audience` rows are its partners, `visible_container` a foreign key to the Visible thing it is part of,
    `visible_people` the UUID whose `Audience` people read what is for partners, whatever body they act for.
    """

    visibility = models.CharField(max_length=8, choices=Level.choices, default=Level.PUBLIC)
    withheld_reason = models.CharField(max_length=16, choices=Reason.choices, blank=True)
    withheld_by_body = models.UUIDField(null=True, blank=True)
    withheld_by_person = models.UUIDField(null=True, blank=True)
    withheld_at = models.DateTimeField(null=True, blank=True)
    review_on = models.DateField(null=True, blank=True)

    urn_kind: ClassVar[str] = ""
    visible_owner: ClassVar[str] = ""
    visible_author: ClassVar[str] = ""
    visible_circle: ClassVar[str] = ""
    visible_container: ClassVar[str] = ""
    visible_people: ClassVar[str] = ""

    objects = VisibleQuerySet.as_manager()

    class Meta:
        abstract = True
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=Q(visibility="public", withheld_reason="", review_on=None)
                | (
                    ~Q(visibility="public")
                    & ~Q(withheld_reason="")
                    & Q(review_on__isnull=False, withheld_at__isnull=False)
                ),
                name="%(app_label)s_%(class)s_withheld",
            )
        ]

    @property
    def urn(self) -> str:
        return f"dure:{self.urn_kind}:{self.pk}"

    @property
    def about(self) -> str:
        """URN of the subject on whose timeline this thing's events stand."""
        return self.urn

    @classmethod
    def always_q(cls, viewer: Viewer, prefix: str) -> Q:
        """Conditions beside the level, such as 'not a draft of somebody else'."""
        return Q()

    @property
    def withheld(self) -> Withheld | None:
        if self.visibility == Level.PUBLIC:
            return None
        assert self.review_on is not None
        assert self.withheld_at is not None
        return Withheld(
            self.visibility,
            self.withheld_reason,
            self.review_on,
            self.withheld_by_body,
            clock.local(self.withheld_at).date(),
        )


def level_q(viewer: Viewer, model: type[Visible], prefix: str = "") -> Q:
    """The level alone: public, or the viewer belongs to those it is open to."""
    audience = apps.get_model("core", "Audience").objects
    q: Any = Q(**{f"{prefix}visibility": Level.PUBLIC})
    if viewer.person_id:
        if model.visible_author:
            q |= Q(**{f"{prefix}{model.visible_author}": viewer.person_id})
        if model.visible_people:
            circle = OuterRef(f"{prefix}{model.visible_people}")
            q |= Q(**{f"{prefix}visibility": Level.PARTNERS}) & Exists(
                audience.filter(subject=circle, kind="partner", person_id=viewer.person_id)
            )
        q |= Q(**{f"{prefix}visibility": Level.NAMED}) & (
            Q(**{f"{prefix}withheld_by_person": viewer.person_id})
            | Exists(audience.filter(subject=OuterRef(f"{prefix}pk"), kind="named", person_id=viewer.person_id))
        )
    if viewer.body_id and viewer.reads_for(viewer.body_id):
        if model.visible_owner:
            shared = [Level.PARTNERS, Level.BODY]
            q |= Q(**{f"{prefix}visibility__in": shared, f"{prefix}{model.visible_owner}": viewer.body_id})
        if model.visible_circle:
            circle = OuterRef(f"{prefix}{model.visible_circle}")
            q |= Q(**{f"{prefix}visibility": Level.PARTNERS}) & Exists(
                audience.filter(subject=circle, kind="partner", body_id=viewer.body_id)
            )
        q |= Q(**{f"{prefix}visibility": Level.NAMED}) & Exists(
            audience.filter(subject=OuterRef(f"{prefix}pk"), kind="named", body_id=viewer.body_id)
        )
    return q


def place_q(viewer: Viewer, model: type[Visible], prefix: str = "") -> Q:
    """Where the thing stands: its own conditions hold, and the thing it is part of can be seen."""
    q = model.always_q(viewer, prefix)
    if model.visible_container:
        container: Any = model._meta.get_field(model.visible_container).related_model
        q &= may_see(viewer, container, f"{prefix}{model.visible_container}__")
    return q


def may_see(viewer: Viewer, model: type[Visible], prefix: str = "") -> Q:
    return place_q(viewer, model, prefix) & level_q(viewer, model, prefix)


def check_withholding(level: str, reason: str, review_on: date | None) -> None:
    """Refuse a withholding without a narrower level, a listed reason, or a review date within a year from tomorrow."""
    if level not in (Level.PARTNERS, Level.BODY, Level.NAMED):
        raise Refused("invalid", _("누구에게까지 보일지 골라 주세요."), "visibility")
    if reason not in Reason.values:
        raise Refused("invalid", _("비공개 사유를 골라 주세요."), "withheld_reason")
    today = clock.today()
    if review_on is None or not today < review_on <= today + LONGEST:
        raise Refused("invalid", _("다시 볼 날을 내일부터 1년 안으로 정해 주세요."), "review_on")


def withhold(
    *,
    by: Viewer,
    thing: Visible,
    level: str,
    reason: str,
    review_on: date | None,
    named_bodies: Iterable[UUID] = (),
    named_people: Iterable[UUID] = (),
) -> None:
    """Narrow `thing`. The caller (an action) has checked that `by` may decide this; this checks the decision itself."""
    from dure.core.events import record

    check_withholding(level, reason, review_on)
    audience = apps.get_model("core", "Audience").objects
    named_bodies, named_people = list(named_bodies), list(named_people)
    if level == Level.NAMED and not (named_bodies or named_people):
        raise Refused("invalid", _("볼 수 있는 기관이나 사람을 한 곳 이상 정해 주세요."), "named")
    with transaction.atomic():
        thing.visibility, thing.withheld_reason, thing.review_on = level, reason, review_on
        thing.withheld_by_body, thing.withheld_by_person = by.body_id, by.person_id
        thing.withheld_at = clock.now()
        thing.save()
        audience.filter(subject=thing.pk, kind="named").delete()
        audience.bulk_create(
            [audience.model(subject=thing.pk, kind="named", body_id=body) for body in named_bodies]
            + [audience.model(subject=thing.pk, kind="named", person_id=person) for person in named_people]
        )
        record(
            by=by,
            type="core.withheld",
            subject=thing.about,
            thing=thing.urn,
            data={"level": level, "reason": reason, "review_on": str(review_on)},
        )


def open_up(*, by: Viewer, thing: Visible) -> None:
    """Make `thing` public again."""
    from dure.core.events import record

    with transaction.atomic():
        thing.visibility, thing.withheld_reason, thing.review_on = Level.PUBLIC, "", None
        thing.withheld_by_body = thing.withheld_by_person = thing.withheld_at = None
        thing.save()
        apps.get_model("core", "Audience").objects.filter(subject=thing.pk, kind="named").delete()
        record(by=by, type="core.opened", subject=thing.about, thing=thing.urn)


def withheld_fields(subjects: Iterable[UUID], viewer: Viewer) -> dict[UUID, dict[str, Withheld]]:
    """The fields of these things that are withheld from this viewer: {subject: {field: Withheld}}."""
    model = apps.get_model("core", "Withholding")
    found: dict[UUID, dict[str, Withheld]] = {}
    for row in model.objects.filter(subject__in=list(subjects)).withheld_from(viewer):
        found.setdefault(row.subject, {})[row.field] = row.withheld
    return found


def reveal(things: Sequence[models.Model], fields: Sequence[str], viewer: Viewer) -> dict[UUID, Mapping[str, Any]]:
    """The values of `fields` of each thing, with `Withheld` in the place of what this viewer may not see."""
    hidden = withheld_fields([thing.pk for thing in things], viewer)
    return {
        thing.pk: {name: hidden.get(thing.pk, {}).get(name) or getattr(thing, name) for name in fields}
        for thing in things
    }


def visible_models() -> list[type[Visible]]:
    return [model for model in apps.get_models() if issubclass(model, Visible)]


def reviews_due(viewer: Viewer, on: date) -> list[Visible]:
    """What this viewer's body withheld and must look at again on or before `on`, oldest date first."""
    if not viewer.body_id:
        return []
    due: list[Visible] = []
    for model in visible_models():
        due += model._default_manager.filter(withheld_by_body=viewer.body_id, review_on__lte=on)
    return sorted(due, key=lambda thing: (thing.review_on or on, str(thing.pk)))

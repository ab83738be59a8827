"""Areas of administration, each of one generation; how codes became others; which bodies belong to which area."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid5

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from dure.core import clock
from dure.core.ids import uuid7

AREA_NAMESPACE = UUID("5b0c9b1e-7d0e-5c55-9a1b-6f1d2c6a9f10")


def area_urn_id(code: str) -> UUID:
    """The id in an area's URN: made from its code, so that links outlive a new generation of borders."""
    return uuid5(AREA_NAMESPACE, code)


class Generation(models.Model):
    """All areas as of one date from one source. Exactly one is `active`: today's. None is ever changed once loaded.

    `dated` is the first day on which its codes hold; `borders_of` says in words which day its lines show.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    dated = models.DateField(_("코드 기준일"))
    borders_of = models.CharField(_("경계 기준"), max_length=80, blank=True)
    source = models.CharField(_("출처"), max_length=300)
    approximate = models.BooleanField(_("어림 구역뿐"), default=False)
    active = models.BooleanField(_("지금 씀"), default=False)
    file_name = models.CharField(_("파일"), max_length=200, blank=True)
    file_hash = models.CharField("SHA-256", max_length=64)
    report = models.JSONField(_("넣은 결과"), default=dict)
    loaded_at = models.DateTimeField(_("넣은 때"), default=clock.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["active"], condition=Q(active=True), name="one_active_generation"),
        ]


class AreaQuerySet(models.QuerySet["Area"]):
    def light(self) -> AreaQuerySet:
        """Without the borders, which are long."""
        return self.defer("geometry")


class Area(models.Model):
    """A piece of the country in one generation. `geometry` is WKB of a (multi)polygon in WGS84 degrees, simplified.

    `approximate` areas were made from points alone; whoever shows one says so. `lon`, `lat` is the centre and may lie
    outside (islands, rings). A town's `code` is that of its file; the codes above it are those of the generation.
    """

    class Level(models.TextChoices):
        SIDO = "sido", pgettext_lazy("area", "시도")
        SIGUNGU = "sigungu", _("시군구")
        GU = "gu", _("일반구")
        EMD = "emd", _("읍면동")

    generation = models.ForeignKey(Generation, on_delete=models.CASCADE, related_name="areas")
    level = models.CharField(_("구역 단계"), max_length=8, choices=Level)
    code = models.CharField(_("행정표준코드"), max_length=10)
    urn_id = models.UUIDField(editable=False)
    name_ko = models.CharField(_("이름"), max_length=60)
    name_en = models.CharField(_("영문 이름"), max_length=120, blank=True)
    parent_code = models.CharField(_("상위 코드"), max_length=10, blank=True)
    geometry = models.BinaryField(_("경계"))
    west = models.FloatField()
    south = models.FloatField()
    east = models.FloatField()
    north = models.FloatField()
    lon = models.FloatField(_("경도"))
    lat = models.FloatField(_("위도"))
    km2 = models.FloatField(_("면적"))
    approximate = models.BooleanField(_("어림 구역"))
    valid_from = models.DateField(null=True, blank=True)
    valid_to = models.DateField(null=True, blank=True)

    objects = AreaQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["generation", "code"], name="one_area_per_code"),
            models.CheckConstraint(condition=Q(km2__gt=0), name="area_has_a_size"),
            models.CheckConstraint(
                condition=Q(west__gte=-180, east__lte=180, south__gte=-90, north__lte=90), name="area_in_degrees"
            ),
        ]
        indexes = [
            models.Index(fields=["generation", "level", "code"], name="area_by_level"),
            models.Index(fields=["generation", "parent_code"], name="area_by_parent"),
            models.Index(fields=["urn_id"], name="area_by_urn"),
        ]

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.urn_id = area_urn_id(self.code)
        super().save(*args, **kwargs)

    def get_absolute_url(self) -> str:
        return reverse("places:area", args=[self.code])

    @property
    def name(self) -> str:
        return self.name_en if self.name_en and (get_language() or "").startswith("en") else self.name_ko


class Succession(models.Model):
    """On `on`, the code `old` became `new`, or a part of it did. A split has one row for each new code."""

    class Kind(models.TextChoices):
        RENAME = "rename", _("코드가 바뀜")
        MERGE = "merge", _("합침")
        SPLIT = "split", _("나뉨")

    old = models.CharField(_("옛 코드"), max_length=10)
    new = models.CharField(_("새 코드"), max_length=10)
    on = models.DateField(_("바뀐 날"))
    kind = models.CharField(_("방식"), max_length=8, choices=Kind)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["old", "new", "on"], name="one_succession_a_day")]
        indexes = [models.Index(fields=["new"], name="succession_by_new")]


class AreaBody(models.Model):
    """A body belongs to an area, by codes, so that it holds for every generation. `body_id` is that body's row id.

    Bodies are a room of the same floor and are known here by id only. `role` is `governs` for the local government
    itself, `serves` for a body that works there.
    """

    class Role(models.TextChoices):
        GOVERNS = "governs", _("지방자치단체")
        SERVES = "serves", _("관할 기관")

    area_code = models.CharField(_("행정표준코드"), max_length=10)
    body_id = models.UUIDField(_("기관"))
    role = models.CharField(_("관계"), max_length=8, choices=Role)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["area_code", "body_id"], name="one_link_area_body")]
        indexes = [models.Index(fields=["body_id"], name="area_by_body")]


ROAD_NAMESPACE = UUID("0f6a2c34-58a1-5b2e-8f43-0f1b9d7c2e55")


def road_urn_id(road_class: str, number: str, name: str, section: str, owner: str) -> UUID:
    """The id in a road's URN and address: made from what names it, so that links outlive a new network."""
    return uuid5(ROAD_NAMESPACE, "\x1f".join((road_class, number, name, section, owner)))


class RoadGeneration(models.Model):
    """All roads as of one date from one source. At most one is `active`: today's. None is ever changed once loaded.

    A large network is stored in pieces; until it is `complete` nobody reads it.
    """

    class Kind(models.TextChoices):
        NODELINK = "nodelink", _("표준노드링크")
        OSM = "osm", "OpenStreetMap"
        PLAIN = "plain", _("도로 선 파일")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    kind = models.CharField(_("종류"), max_length=8, choices=Kind)
    dated = models.DateField(_("기준일"))
    source = models.CharField(_("출처"), max_length=300)
    approximate = models.BooleanField(_("어림 선뿐"), default=False)
    active = models.BooleanField(_("지금 씀"), default=False)
    complete = models.BooleanField(_("다 넣음"), default=False)
    file_name = models.CharField(_("파일"), max_length=200, blank=True)
    file_hash = models.CharField("SHA-256", max_length=64)
    links_count = models.PositiveIntegerField(_("구간 수"), default=0)
    report = models.JSONField(_("넣은 결과"), default=dict)
    loaded_at = models.DateTimeField(_("넣은 때"), default=clock.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["active"], condition=Q(active=True), name="one_active_road_generation"),
            models.CheckConstraint(condition=Q(active=False) | Q(complete=True), name="active_roads_are_complete"),
        ]


class Road(models.Model):
    """A road of one generation: all links of one class, number, name, section and owner.

    `road_class` is an id of the authority table, `national` or `municipal` where only the area tells more, or ''.
    `owner` is the code of the body that keeps it, where the file says so. Box in WGS84 degrees.
    """

    class Class(models.TextChoices):
        EXPRESSWAY = "expressway", _("고속국도")
        NATIONAL = "national", _("일반국도")
        BYPASS = "national-bypass", _("우회국도·지정국도")
        DELEGATED = "national-delegated", _("위임국도")
        METRO = "metro-road", _("특별시도·광역시도")
        LOCAL = "local-road", _("지방도")
        STATE_AIDED = "state-aided-local-road", _("국가지원지방도")
        JEJU = "jeju-former-national", _("제주의 옛 국도")
        MUNICIPAL = "municipal", _("시군구도")
        SI = "si-road", pgettext_lazy("road", "시도")
        GUN = "gun-road", _("군도")
        GU = "gu-road", _("구도")
        RURAL = "rural-road", _("농어촌도로")
        PRIVATE = "private-road", _("사도")
        FOREST = "forest-road", _("임도")
        NON_STATUTORY = "non-statutory", _("비법정도로")
        APARTMENT = "apartment-road", _("아파트 단지 안 길")
        __empty__ = _("종류 모름")

    generation = models.ForeignKey(RoadGeneration, on_delete=models.CASCADE, related_name="roads")
    urn_id = models.UUIDField(editable=False)
    road_class = models.CharField(_("도로 종류"), max_length=24, choices=Class, blank=True)
    rank = models.PositiveSmallIntegerField(_("등급 차례"))
    number = models.CharField(_("노선 번호"), max_length=20, blank=True)
    name = models.CharField(_("도로 이름"), max_length=100, blank=True)
    section = models.CharField(_("도로 구간"), max_length=100, blank=True)
    owner = models.CharField(_("관리하는 기관"), max_length=20, blank=True)
    approximate = models.BooleanField(_("어림 선"), default=False)
    links_count = models.PositiveIntegerField(_("구간 수"), default=0)
    km = models.FloatField(_("선 길이"), default=0.0)
    west = models.FloatField(default=0.0)
    south = models.FloatField(default=0.0)
    east = models.FloatField(default=0.0)
    north = models.FloatField(default=0.0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["generation", "urn_id"], name="one_road_per_generation")]
        indexes = [
            models.Index(fields=["generation", "rank", "number", "id"], name="road_by_rank"),
            models.Index(fields=["urn_id"], name="road_by_urn"),
        ]

    def get_absolute_url(self) -> str:
        return reverse("places:road", args=[self.urn_id])


class RoadLink(models.Model):
    """One line of a road, as its file has it. `geometry` is WKB of a (multi)line in WGS84 degrees.

    `lanes` is what this line stands for; a `directed` one is driven along its own direction only. `multi` are the other
    routes on it as [class, number]. `km_from`, `km_to` are kilometre posts at its beginning and end.
    """

    generation = models.ForeignKey(RoadGeneration, on_delete=models.CASCADE, related_name="links")
    road = models.ForeignKey(Road, on_delete=models.CASCADE, related_name="links")
    link_id = models.CharField(_("구간 번호"), max_length=40)
    geometry = models.BinaryField(_("선"))
    length_m = models.FloatField(_("길이"))
    lanes = models.FloatField(_("차로 수"), null=True, blank=True)
    directed = models.BooleanField(_("한 방향"), default=False)
    approximate = models.BooleanField(_("어림 선"), default=False)
    multi = models.JSONField(_("겹치는 노선"), default=list, blank=True)
    km_from = models.FloatField(_("시작 이정"), null=True, blank=True)
    km_to = models.FloatField(_("끝 이정"), null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["generation", "link_id"], name="one_link_per_id"),
            models.CheckConstraint(condition=Q(length_m__gt=0), name="road_link_has_a_length"),
        ]

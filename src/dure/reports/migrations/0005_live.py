

import django.db.models.deletion
import dure.core.clock
import dure.core.ids
import uuid
from django.conf import settings
from django.db import migrations, models

from dure.core.migrating import together


class Migration(migrations.Migration):
    dependencies = [
        ("bodies", "0001_initial"),
        ("reports", "0004_intake"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = together([
        migrations.CreateModel(
            name="Crew",
            fields=[
                (
                    "id",
                    models.UUIDField(default=dure.core.ids.uuid7, editable=False, primary_key=True, serialize=False),
                ),
                ("name", models.CharField(max_length=40)),
                ("phone", models.CharField(blank=True, max_length=20)),
                ("created_at", models.DateTimeField(default=dure.core.clock.now)),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
                (
                    "body",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="bodies.body"),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("name", ""), _negated=True), name="crew_named"),
                    models.UniqueConstraint(
                        condition=models.Q(("ended_at", None)), fields=("body", "name"), name="crew_name_in_body"
                    ),
                ]
            },
        ),
        migrations.CreateModel(
            name="Dispatch",
            fields=[
                (
                    "id",
                    models.UUIDField(default=dure.core.ids.uuid7, editable=False, primary_key=True, serialize=False),
                ),
                ("note", models.CharField(blank=True, max_length=300)),
                ("contact_shared", models.BooleanField(default=False)),
                ("token_hash", models.CharField(max_length=64, unique=True)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("sent", "보냄"),
                            ("under_way", "가는 중"),
                            ("arrived", "도착함"),
                            ("done", "마침"),
                            ("cancelled", "취소함"),
                        ],
                        default="sent",
                        max_length=9,
                    ),
                ),
                ("sent_at", models.DateTimeField(default=dure.core.clock.now)),
                ("expires_at", models.DateTimeField()),
                ("under_way_at", models.DateTimeField(blank=True, null=True)),
                ("arrived_at", models.DateTimeField(blank=True, null=True)),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
                ("not_found_at", models.DateTimeField(blank=True, null=True)),
                ("place_said", models.CharField(blank=True, max_length=120)),
                ("sharing_since", models.DateTimeField(blank=True, null=True)),
                (
                    "stopped_why",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("arrived", "현장에 도착했습니다."),
                            ("time", "나눈 지 오래되어 저절로 멈췄습니다."),
                            ("silent", "출동조의 화면이 닫혀 저절로 멈췄습니다."),
                            ("denied", "출동조의 전화기가 위치를 알려 주지 않아 멈췄습니다."),
                            ("battery", "출동조의 전화기 전지가 얼마 남지 않아 멈췄습니다."),
                            ("asked", "출동조가 멈췄습니다."),
                            ("ended", "출동이 끝났습니다."),
                        ],
                        max_length=7,
                    ),
                ),
                ("heard_at", models.DateTimeField(blank=True, null=True)),
                ("frozen", models.BooleanField(default=False)),
                (
                    "body",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="bodies.body"),
                ),
                (
                    "crew",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="dispatches", to="reports.crew"
                    ),
                ),
                (
                    "report",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="dispatches", to="reports.report"
                    ),
                ),
                (
                    "sent_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "word",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="reports.word",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state__in", ["sent", "under_way", "arrived"])),
                        fields=("report", "crew"),
                        name="dispatch_crew_once_at_a_time",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("sharing_since", None), ("state", "under_way"), _connector="OR"),
                        name="dispatch_shares_under_way_only",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("ended_at__isnull", False), ("state__in", ["done", "cancelled"])),
                            models.Q(models.Q(("state__in", ["done", "cancelled"]), _negated=True), ("ended_at", None)),
                            _connector="OR",
                        ),
                        name="dispatch_ended_whole",
                    ),
                ],
                "indexes": [models.Index(fields=["body", "state", "-sent_at"], name="dispatch_by_body")],
            },
        ),
        migrations.CreateModel(
            name="CrewPosition",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("slot", models.PositiveSmallIntegerField()),
                ("lon", models.FloatField()),
                ("lat", models.FloatField()),
                ("accuracy_m", models.FloatField(blank=True, null=True)),
                ("at", models.DateTimeField(default=dure.core.clock.now)),
                (
                    "dispatch",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="positions", to="reports.dispatch"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("dispatch", "slot"), name="crew_position_slot"),
                    models.CheckConstraint(condition=models.Q(("slot__lt", 5)), name="crew_position_few"),
                    models.CheckConstraint(
                        condition=models.Q(("lat__range", (-90, 90)), ("lon__range", (-180, 180))),
                        name="crew_position_in_degrees",
                    ),
                ]
            },
        ),
        migrations.CreateModel(
            name="StatusLink",
            fields=[
                (
                    "id",
                    models.UUIDField(default=dure.core.ids.uuid7, editable=False, primary_key=True, serialize=False),
                ),
                ("code_hash", models.CharField(max_length=64, unique=True)),
                ("turn", models.PositiveSmallIntegerField(default=0)),
                ("watch", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                (
                    "channel",
                    models.CharField(blank=True, choices=[("email", "전자우편"), ("phone", "전화")], max_length=5),
                ),
                ("sent_at", models.DateTimeField(blank=True, db_index=True, null=True)),
                ("opened_at", models.DateTimeField(blank=True, null=True)),
                (
                    "report",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE, related_name="status_link", to="reports.report"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("opened_at", None), ("sent_at__isnull", False), _connector="OR"),
                        name="report_link_opened_after_sent",
                    )
                ]
            },
        ),
        migrations.CreateModel(
            name="WrongPlace",
            fields=[
                (
                    "id",
                    models.UUIDField(default=dure.core.ids.uuid7, editable=False, primary_key=True, serialize=False),
                ),
                ("lon", models.FloatField(blank=True, null=True)),
                ("lat", models.FloatField(blank=True, null=True)),
                ("before_lon", models.FloatField(blank=True, null=True)),
                ("before_lat", models.FloatField(blank=True, null=True)),
                ("note", models.CharField(blank=True, max_length=300)),
                ("at", models.DateTimeField(default=dure.core.clock.now)),
                ("seen_at", models.DateTimeField(blank=True, null=True)),
                (
                    "body",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="bodies.body",
                    ),
                ),
                (
                    "report",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="wrong_places", to="reports.report"
                    ),
                ),
                (
                    "seen_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("seen_at", None)), fields=["body", "-at"], name="wrong_place_unseen"
                    )
                ]
            },
        ),
    ])

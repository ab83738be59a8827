"""Bodies of the demonstration: invented, named as such, without any official code."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import transaction

from dure.bodies.models import Body, Membership
from dure.core import demo as people
from dure.core.rooms import Progress


@dataclass(frozen=True)
class DemoBody:
    """`member` is the key of the demo person who acts for it, in the role `role`."""

    key: str
    kind: Body.Kind
    name_ko: str
    name_en: str
    member: str
    role: str


BODIES = (
    DemoBody("garam", Body.Kind.SIGUNGU, "가람군(시연)", "Garam-gun (demo)", "official-1", Membership.Role.HEAD),
    DemoBody("naru", Body.Kind.SIGUNGU, "나루군(시연)", "Naru-gun (demo)", "official-2", Membership.Role.OFFICER),
    DemoBody("maru", Body.Kind.SIGUNGU, "마루군(시연)", "Maru-gun (demo)", "official-3", Membership.Role.HEAD),
    DemoBody("yeoul", Body.Kind.SIGUNGU, "여울군(시연)", "Yeoul-gun (demo)", "official-4", Membership.Role.HEAD),
    DemoBody(
        "centre", Body.Kind.CENTRAL, "함께행정부(시연)", "Ministry of Joint Work (demo)", "centre", Membership.Role.HEAD
    ),
    DemoBody(
        "residents",
        Body.Kind.RESIDENTS,
        "두물 주민모임(시연)",
        "Dumul Residents (demo)",
        "resident",
        Membership.Role.HEAD,
    ),
    DemoBody(
        "dasom", Body.Kind.COMPANY, "다솜 모빌리티(시연)", "Dasom Mobility (demo)", "company", Membership.Role.HEAD
    ),
)


def slug_of(key: str) -> str:
    return f"demo-{key}"


def demo_body(key: str) -> Body:
    return Body.objects.get(slug=slug_of(key))


@transaction.atomic
def demo(progress: Progress) -> None:
    """Make the demo bodies and memberships that are missing."""
    for done, wanted in enumerate(BODIES, start=1):
        body, _made = Body.objects.get_or_create(
            slug=slug_of(wanted.key),
            defaults={
                "kind": wanted.kind,
                "name_ko": wanted.name_ko,
                "name_en": wanted.name_en,
                "full_name_ko": wanted.name_ko,
                "full_name_en": wanted.name_en,
                "search_text": f"{wanted.name_ko} {wanted.name_en}".lower(),
                "note": "시연을 위해 꾸민 기관",
            },
        )
        Membership.objects.get_or_create(
            person=people.person(wanted.member), body=body, ended_at=None, defaults={"role": wanted.role}
        )
        progress(done, len(BODIES), wanted.name_ko)

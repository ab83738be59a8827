"""resources: 우리는 무엇을 나누어 쓸 수 있나요?"""

from __future__ import annotations

from django.utils.translation import gettext_lazy

from dure.core.rooms import MenuEntry, Noun, Periodic, Room, Subscriber
from dure.resources.demo import demo
from dure.resources.desk import desk_items
from dure.resources.lines import assets, describe, own_resources, panels, resolve_bookings, resolve_resources
from dure.resources.public_text import rebuild
from dure.resources.subscribers import follow_offers, lapse, tell_the_sides

ROOM = Room(
    name="resources",
    floor=2,
    question=gettext_lazy("우리는 무엇을 나누어 쓸 수 있나요?"),
    about=gettext_lazy(
        "기관이 가진 예산, 사람, 공간, 장비, 데이터를 올리고, 다른 기관이 찾아 빌리고 돌려줍니다. "
        "한때에 두 번 빌려주는 일이 없고, 쓴 만큼이 장부에 남습니다."
    ),
    nouns=(
        Noun("자원", "resource", "Resource"),
        Noun("예약", "booking", "Booking"),
        Noun("파손", "damage", "Damage"),
        Noun("붙인 말", "objection", "Objection"),
        Noun("이용 장부", "ledger entry", "LedgerEntry"),
    ),
    verbs=(
        "resource_save",
        "resource_state",
        "resource_withhold",
        "photo_add",
        "photo_remove",
        "booking_ask",
        "booking_confirm",
        "booking_refuse",
        "booking_cancel",
        "booking_extend",
        "booking_lapse",
        "booking_withhold",
        "booking_lend",
        "booking_return",
        "booking_no_show",
        "booking_object",
        "objection_seen",
        "offer_hold",
        "offer_shown",
        "offer_confirm",
        "offer_free",
    ),
    events_out={
        "resources.registered": gettext_lazy("자원을 등록함"),
        "resources.changed": gettext_lazy("자원 내용을 고침"),
        "resources.state": gettext_lazy("자원의 상태를 바꿈"),
        "resources.booking.asked": gettext_lazy("예약을 청함"),
        "resources.booking.made": gettext_lazy("예약함"),
        "resources.booking.confirmed": gettext_lazy("예약을 승인함"),
        "resources.booking.refused": gettext_lazy("예약을 거절함"),
        "resources.booking.cancelled": gettext_lazy("예약을 취소함"),
        "resources.booking.lapsed": gettext_lazy("답 없이 예약한 때가 지남"),
        "resources.booking.extended": gettext_lazy("예약을 늘림"),
        "resources.booking.lent": gettext_lazy("넘겨줌"),
        "resources.booking.returned": gettext_lazy("돌려받음"),
        "resources.booking.no_show": gettext_lazy("오지 않음을 적음"),
        "resources.booking.objected": gettext_lazy("기록에 다른 말을 붙임"),
        "resources.objection.seen": gettext_lazy("붙인 말을 읽음"),
        "resources.hold.made": gettext_lazy("제안한 자원을 잡아 둠"),
        "resources.hold.failed": gettext_lazy("제안한 자원을 잡을 수 없었음"),
        "resources.hold.confirmed": gettext_lazy("제안한 자원을 예약함"),
        "resources.hold.freed": gettext_lazy("잡아 둔 자원을 풂"),
    },
    subscribers=(
        Subscriber(
            "resources.follow_offers",
            (
                "collaboration.offer.made",
                "collaboration.offer.changed",
                "collaboration.offer.withdrawn",
                "collaboration.offer.taken",
                "collaboration.offer.declined",
                "core.withheld",
                "core.opened",
            ),
            follow_offers,
        ),
        Subscriber(
            "resources.tell_the_sides",
            ("resources.booking.*", "resources.hold.*"),
            tell_the_sides,
        ),
    ),
    menu=(
        MenuEntry(gettext_lazy("자원"), "resources:list", "main", 30),
        MenuEntry(gettext_lazy("자원 예약"), "resources:bookings", "desk", 40, lambda v: v.body_id is not None),
    ),
    resolvers={"resource": resolve_resources, "booking": resolve_bookings},
    describe=describe,
    jobs={"resources.lapse": lapse},
    periodic=(Periodic("resources.lapse", "hour"),),
    demo=demo,
    desk=desk_items,
    panels=panels,
    assets=assets,
    own={"resource": own_resources},
    rebuild_search=rebuild,
)

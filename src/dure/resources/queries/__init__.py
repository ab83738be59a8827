from dure.resources.queries.bookings import BookingView, booking_list, booking_view, every_booking, may_book
from dure.resources.queries.calendar import Month, Week, free_in, month_of, week_of
from dure.resources.queries.ledger import Sums, entries, months, sums
from dure.resources.queries.listing import (
    ListFilter,
    ListPage,
    Row,
    every_row,
    resource_keyset,
    resource_list,
    resource_of,
    withheld_count,
)

__all__ = [
    "BookingView",
    "ListFilter",
    "ListPage",
    "Month",
    "Row",
    "Sums",
    "Week",
    "booking_list",
    "booking_view",
    "entries",
    "every_booking",
    "every_row",
    "free_in",
    "may_book",
    "month_of",
    "months",
    "resource_keyset",
    "resource_list",
    "resource_of",
    "sums",
    "week_of",
    "withheld_count",
]

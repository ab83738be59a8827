"""Every read of a collaboration, narrowed to its viewer."""

from dure.collaboration.queries.listing import (
    ListFilter,
    ListPage,
    collaboration_keyset,
    collaboration_list,
    every_row,
    feed_rows,
    of_body,
    withheld_summary,
)
from dure.collaboration.queries.page import (
    CallView,
    CollaborationPage,
    OfferView,
    OpinionView,
    access,
    access_draft,
    call_view,
    collaboration_page,
    offer_of,
    offers_of,
    opinion_of,
    opinions_of,
)

__all__ = [
    "CallView",
    "CollaborationPage",
    "ListFilter",
    "ListPage",
    "OfferView",
    "OpinionView",
    "access",
    "access_draft",
    "call_view",
    "collaboration_keyset",
    "collaboration_list",
    "collaboration_page",
    "every_row",
    "feed_rows",
    "of_body",
    "offer_of",
    "offers_of",
    "opinion_of",
    "opinions_of",
    "withheld_summary",
]

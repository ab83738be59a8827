from django.urls import path

from dure.resources.pages import booking, edit, feeds, ledger, listing, show

app_name = "resources"

urlpatterns = [
    path("resources/", listing.resources, name="list"),
    path("resources/list.<slug:kind>", listing.export, name="export"),
    path("resources/new/", edit.new, name="new"),
    path("resources/edit/<uuid:id>/", edit.edit, name="edit"),
    path("resources/bookings/", booking.bookings, name="bookings"),
    path("resources/bookings/list.<slug:kind>", booking.export, name="bookings_export"),
    path("resources/bookings/<uuid:id>/", booking.page, name="booking"),
    path("resources/bookings/<uuid:id>/<slug:step>/", booking.step, name="step"),
    path("resources/ledger/", ledger.page, name="ledger"),
    path("resources/ledger/list.<slug:kind>", ledger.export, name="ledger_export"),
    path("resources/<uuid:id>/", show.page, name="page"),
    path("resources/<uuid:id>/calendar/", show.calendar, name="calendar"),
    path("resources/<uuid:id>/calendar.ics", feeds.calendar, name="ics"),
    path("resources/<uuid:id>/book/", booking.book_new, name="book_new"),
    path("resources/<uuid:id>/book/<uuid:booking_id>/", booking.book, name="book"),
    path("resources/<uuid:id>/state/<slug:state>/", edit.state, name="state"),
    path("resources/<uuid:id>/withhold/", edit.withhold, name="withhold"),
    path("resources/<uuid:id>/photos/add/", edit.photo_add, name="photo_add"),
    path("resources/<uuid:id>/photos/<uuid:photo_id>/remove/", edit.photo_remove, name="photo_remove"),
]

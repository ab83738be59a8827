from django.urls import path

from dure.collaboration.pages import ask, feeds, listing, opinions, partners, show

app_name = "collaboration"

urlpatterns = [
    path("", listing.collaborations, name="list"),
    path("list.<slug:kind>", listing.export, name="export"),
    path("feed.atom", feeds.of_list, name="feed"),
    path("ask/", ask.ask_new, name="ask_new"),
    path("ask/<uuid:id>/", ask.ask, name="ask"),
    path("ask/<uuid:id>/save/", ask.ask_save, name="ask_save"),
    path("ask/<uuid:id>/withhold/", ask.ask_withhold, name="ask_withhold"),
    path("ask/<uuid:id>/open/<slug:part>/", ask.ask_open, name="ask_open"),
    path("ask/<uuid:id>/delete/", ask.ask_delete, name="ask_delete"),
    path("opinions/mine/<str:grant>/", opinions.mine, name="opinion_mine"),
    path("<str:receipt>/", show.page, name="page"),
    path("<str:receipt>/lines/", show.lines, name="lines"),
    path("<str:receipt>/feed.atom", feeds.of_one, name="feed_one"),
    path("<str:receipt>/offer/", show.offer, name="offer_new"),
    path("<str:receipt>/offer/<uuid:id>/", show.offer, name="offer"),
    path("<str:receipt>/offer/<uuid:id>/withdraw/", show.offer_withdraw, name="offer_withdraw"),
    path("<str:receipt>/offer/<uuid:id>/narrow/", show.offer_narrow, name="offer_narrow"),
    path("<str:receipt>/offer/<uuid:id>/take/", partners.take, name="offer_take"),
    path("<str:receipt>/offer/<uuid:id>/decline/", partners.decline_offer, name="offer_decline"),
    path("<str:receipt>/settle/", partners.settle, name="settle"),
    path("<str:receipt>/withdraw/", show.withdraw, name="withdraw"),
    path("<str:receipt>/invite/", partners.invite, name="invite"),
    path("<str:receipt>/decline/<uuid:id>/", partners.decline, name="decline"),
    path("<str:receipt>/files/add/", show.add_file, name="add_file"),
    path("<str:receipt>/opinions/", opinions.say, name="opinion_say"),
    path("<str:receipt>/opinions/wait/<uuid:id>/", opinions.wait, name="opinion_wait"),
    path("<str:receipt>/opinions/<uuid:id>/", opinions.history, name="opinion_history"),
    path("<str:receipt>/opinions/<uuid:id>/reply/", opinions.reply, name="opinion_reply"),
    path("<str:receipt>/opinions/<uuid:id>/change/", opinions.change, name="opinion_change"),
    path("<str:receipt>/opinions/<uuid:id>/remove/", opinions.remove, name="opinion_remove"),
    path("<str:receipt>/opinions/<uuid:id>/flag/", opinions.flag, name="opinion_flag"),
    path("<str:receipt>/opinions/<uuid:id>/hide/", opinions.hide, name="opinion_hide"),
    path("<str:receipt>/opinions/<uuid:id>/restore/", opinions.restore, name="opinion_restore"),
    path("<str:receipt>/opinions/<uuid:id>/narrow/", opinions.narrow, name="opinion_narrow"),
]

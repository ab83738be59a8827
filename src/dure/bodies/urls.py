from __future__ import annotations

from django.urls import path

from dure.bodies.pages import desk, directory, mine

app_name = "bodies"
urlpatterns = [
    path("bodies/", directory.index, name="index"),
    path("bodies/act-for/", directory.act_for, name="act_for"),
    path("bodies/register/", mine.register, name="register"),
    path("bodies/mine/", mine.mine, name="mine"),
    path("bodies/mine/registrations/<uuid:body_id>/", mine.amend, name="amend"),
    path("bodies/mine/registrations/<uuid:body_id>/withdraw/", mine.withdraw, name="withdraw"),
    path("bodies/mine/requests/<uuid:request_id>/withdraw/", mine.withdraw_request, name="withdraw_request"),
    path("bodies/mine/memberships/<uuid:membership_id>/leave/", mine.leave, name="leave"),
    path("bodies/invitations/<str:token>/", mine.invitation, name="invitation"),
    path("bodies/<str:key>/", directory.body, name="body"),
    path("bodies/<str:key>/join/", mine.join, name="join"),
    path("desk/bodies/", desk.index, name="desk"),
    path("desk/bodies/registrations/<uuid:body_id>/", desk.registration, name="registration"),
    path("desk/bodies/requests/<uuid:request_id>/", desk.join_request, name="join_request"),
    path("desk/bodies/members/", desk.members, name="members"),
    path("desk/bodies/members/<uuid:membership_id>/", desk.member, name="member"),
    path(
        "desk/bodies/invitations/<uuid:invitation_id>/withdraw/", desk.withdraw_invitation, name="withdraw_invitation"
    ),
    path("desk/bodies/profile/", desk.profile, name="profile"),
    path("desk/bodies/end/", desk.end, name="end"),
    path("desk/bodies/keys/", desk.keys, name="keys"),
    path("desk/bodies/keys/<uuid:key_id>/revoke/", desk.revoke_key, name="revoke_key"),
]

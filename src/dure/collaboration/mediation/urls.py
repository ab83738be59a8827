from django.urls import path

from dure.collaboration.mediation.pages import committee, dispute

app_name = "mediation"

urlpatterns = [
    path("", dispute.page, name="page"),
    path("new/", dispute.refer_new, name="refer_new"),
    path("new/<uuid:id>/", dispute.refer, name="refer"),
    path("<uuid:id>/", dispute.one, name="dispute"),
    path("<uuid:id>/draw.json", dispute.draw, name="draw"),
    path("<uuid:id>/state/", dispute.state, name="state"),
    path("<uuid:id>/word/", dispute.word, name="word"),
    path("<uuid:id>/evidence/", dispute.evidence, name="evidence"),
    path("<uuid:id>/narrow/<slug:kind>/<uuid:thing>/", dispute.narrow, name="narrow"),
    path("<uuid:id>/agree/", dispute.agree, name="agree"),
    path("<uuid:id>/confirm/", dispute.confirm, name="confirm"),
    path("<uuid:id>/withdraw/", dispute.withdraw, name="withdraw"),
    path("<uuid:id>/again/", dispute.again, name="again"),
    path("<uuid:id>/answer/", dispute.answer, name="answer"),
    path("<uuid:id>/accept/", committee.accept, name="accept"),
    path("<uuid:id>/decline/", committee.decline, name="decline"),
    path("<uuid:id>/leave/", committee.leave, name="leave"),
    path("<uuid:id>/vote/", committee.vote, name="vote"),
    path("<uuid:id>/draft/", committee.draft, name="draft"),
    path("<uuid:id>/approve/", committee.approve, name="approve"),
    path("<uuid:id>/hearings/", committee.hearing_new, name="hearing_new"),
    path("<uuid:id>/hearings/<uuid:hearing>/", committee.hearing, name="hearing"),
    path("<uuid:id>/hearings/<uuid:hearing>/record/", committee.record, name="record"),
    path("<uuid:id>/hearings/<uuid:hearing>/cancel/", committee.cancel, name="cancel"),
]

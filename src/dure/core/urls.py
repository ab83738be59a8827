"""Pages of core: jobs, following, notices, files."""

from django.urls import path

from dure.core.pages import feeds, files, following, jobs, notices

app_name = "core"
urlpatterns = [
    path("jobs/<uuid:id>/", jobs.job, name="job"),
    path("jobs/<uuid:id>/cancel", jobs.cancel, name="job_cancel"),
    path("jobs/<uuid:id>/retry", jobs.retry, name="job_retry"),
    path("follow/", following.follow, name="follow"),
    path("follow/stop", following.unfollow, name="unfollow"),
    path("f/<str:token>/", following.link, name="follow_link"),
    path("f/<str:token>/stop", following.stop, name="follow_stop"),
    path("f/<str:token>/resume", following.resume, name="follow_resume"),
    path("confirm/sent/", following.sent, name="confirm_sent"),
    path("confirm/code/<uuid:id>/", following.code, name="confirm_code"),
    path("confirm/<str:token>/", following.confirm, name="confirm"),
    path("notices/", notices.notices, name="notices"),
    path("notices/read", notices.read, name="notices_read"),
    path("notices/mail", notices.mail, name="notices_mail"),
    path("feeds/<slug:kind>/<uuid:id>.xml", feeds.subject, name="feed"),
    path("files/<uuid:id>/<str:name>", files.download, name="file"),
]

"""Pages about one's own account that allauth does not bring."""

from __future__ import annotations

from io import BytesIO

import qrcode
from allauth.account.models import EmailAddress
from allauth.mfa.adapter import get_adapter as get_factor_adapter
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import SECRET_SESSION_KEY
from allauth.socialaccount.adapter import get_adapter as get_provider_adapter
from allauth.usersessions.models import UserSession
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe
from qrcode.image.svg import SvgPathImage

from dure.core.accounts.factors import has_second_factor, second_factor_given, second_factor_required
from dure.core.accounts.forms import ProfileForm


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def home(request: HttpRequest) -> HttpResponse:
    """What one's account holds, and the way to each part of it."""
    person = request.user
    form = ProfileForm(request.POST or None, instance=person)
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, _("바꾸었습니다."))
        return HttpResponseRedirect(reverse("account_home"))
    if request.method == "POST":
        person.refresh_from_db()
    context = {
        "form": form,
        "addresses": EmailAddress.objects.filter(user=person).order_by("-primary", "email"),
        "has_password": person.has_usable_password(),
        "factor_count": Authenticator.objects.filter(user=person)
        .exclude(type=Authenticator.Type.RECOVERY_CODES)
        .count(),
        "factor_required": second_factor_required(person),
        "session_count": len(UserSession.objects.purge_and_list(person)),
        "providers": bool(get_provider_adapter().list_providers(request)),
    }
    return render(request, "core/accounts/home.html", context, status=422 if form.errors else 200)


@never_cache
@login_required
@require_safe
def second_factor(request: HttpRequest) -> HttpResponse:
    """Why a second factor is needed now, and the way to set it up or to show it. `next` is where to go on
    afterwards."""
    goes_on = request.GET.get("next", "/")
    if not url_has_allowed_host_and_scheme(goes_on, {request.get_host()}, require_https=request.is_secure()):
        goes_on = "/"
    if second_factor_given(request):
        return HttpResponseRedirect(goes_on)
    context = {
        "goes_on": goes_on,
        "has_factor": has_second_factor(request.user.pk),
        "required": second_factor_required(request.user),
    }
    return render(request, "core/accounts/second_factor.html", context)


@never_cache
@login_required
@require_safe
def totp_qr(request: HttpRequest) -> HttpResponse:
    """The QR code of the authenticator app that is being set up, as a picture of its own: the policy of all pages
    allows no pictures inside them."""
    secret = request.session.get(SECRET_SESSION_KEY)
    if not secret:
        raise Http404
    url = get_factor_adapter().build_totp_url(request.user, secret)
    picture = BytesIO()
    qrcode.make(url, image_factory=SvgPathImage, border=4).save(picture)
    return HttpResponse(picture.getvalue(), content_type="image/svg+xml")

"""What every form that changes something carries."""

from uuid import uuid4

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from omniretail.kernel.pages import ONCE

register = template.Library()


@register.simple_tag
def once() -> SafeString:
    """A one-time key: the form may be sent twice and takes effect once."""
    return format_html('<input type="hidden" name="{}" value="{}">', ONCE, uuid4().hex)

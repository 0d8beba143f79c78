"""Feeds that came in, files that 1C is sending, and the codes of other systems."""

from inventory.feeds.models.codes import OutsideCode as OutsideCode
from inventory.feeds.models.exchange import ExchangeFile as ExchangeFile
from inventory.feeds.models.exchange import ExchangeFileQuerySet as ExchangeFileQuerySet
from inventory.feeds.models.exchange import ExchangePart as ExchangePart
from inventory.feeds.models.feeds import Feed as Feed
from inventory.feeds.models.feeds import FeedError as FeedError

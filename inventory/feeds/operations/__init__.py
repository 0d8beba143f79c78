"""Importing feeds: whole, row by row, and on from where one broke off."""

from inventory.feeds.operations.ending import ImportUnderWay as ImportUnderWay
from inventory.feeds.operations.ending import end_abandoned_feeds as end_abandoned_feeds
from inventory.feeds.operations.exchanging import ExchangeTerms as ExchangeTerms
from inventory.feeds.operations.exchanging import NothingInside as NothingInside
from inventory.feeds.operations.exchanging import PriceTypeNotChosen as PriceTypeNotChosen
from inventory.feeds.operations.exchanging import import_commerceml as import_commerceml
from inventory.feeds.operations.importing import FeedReport as FeedReport
from inventory.feeds.operations.importing import FeedTerms as FeedTerms
from inventory.feeds.operations.importing import UnknownFeed as UnknownFeed
from inventory.feeds.operations.importing import import_csv as import_csv
from inventory.feeds.operations.importing import import_rows as import_rows
from inventory.feeds.running import FeedNotResumable as FeedNotResumable

"""Importing feeds: whole, row by row, and on from where one broke off."""

from inventory.feeds.operations.ending import FeedStillRunning as FeedStillRunning
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
from inventory.feeds.operations.landing_files import (
    forget_exchange_files as forget_exchange_files,
)
from inventory.feeds.operations.landing_files import (
    land_exchange_files as land_exchange_files,
)
from inventory.feeds.operations.landing_files import told as told
from inventory.feeds.operations.naming import ExchangeNotWhole as ExchangeNotWhole
from inventory.feeds.operations.naming import take_off_unnamed as take_off_unnamed
from inventory.feeds.operations.receiving import ExchangeDenied as ExchangeDenied
from inventory.feeds.operations.receiving import FileMissing as FileMissing
from inventory.feeds.operations.receiving import FileTooLarge as FileTooLarge
from inventory.feeds.operations.receiving import Session as Session
from inventory.feeds.operations.receiving import SessionEnded as SessionEnded
from inventory.feeds.operations.receiving import ask_for_import as ask_for_import
from inventory.feeds.operations.receiving import begin_exchange as begin_exchange
from inventory.feeds.operations.receiving import go_on_with as go_on_with
from inventory.feeds.operations.receiving import receive_part as receive_part
from inventory.feeds.operations.receiving import sign_in as sign_in
from inventory.feeds.running import FeedNotResumable as FeedNotResumable

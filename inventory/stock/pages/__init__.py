"""Tablet pages of stock: look at a level, correct it, move units."""

from inventory.stock.pages.levels import adjust as adjust
from inventory.stock.pages.levels import stock as stock
from inventory.stock.pages.moving import move as move
from inventory.stock.pages.moving import statement_page as statement_page
from inventory.stock.pages.moving import take_back as take_back

"""Questions about levels and movements: answers are values, the rows stay at home."""

from inventory.stock.queries.levels import LevelKey as LevelKey
from inventory.stock.queries.levels import LevelView as LevelView
from inventory.stock.queries.levels import PlaceStock as PlaceStock
from inventory.stock.queries.levels import changed_lately as changed_lately
from inventory.stock.queries.levels import level as level
from inventory.stock.queries.levels import level_keys as level_keys
from inventory.stock.queries.levels import level_keys_of as level_keys_of
from inventory.stock.queries.levels import levels as levels
from inventory.stock.queries.levels import stocked_places as stocked_places
from inventory.stock.queries.levels import store_ids as store_ids
from inventory.stock.queries.parting import Parted as Parted
from inventory.stock.queries.parting import parted as parted
from inventory.stock.queries.reversals import REVERSIBLE as REVERSIBLE
from inventory.stock.queries.reversals import reversible as reversible
from inventory.stock.queries.reversals import right_to_reverse as right_to_reverse
from inventory.stock.queries.statements import Balance as Balance
from inventory.stock.queries.statements import DayBalance as DayBalance
from inventory.stock.queries.statements import Statement as Statement
from inventory.stock.queries.statements import StatementLine as StatementLine
from inventory.stock.queries.statements import balance as balance
from inventory.stock.queries.statements import daily_balances as daily_balances
from inventory.stock.queries.statements import line as line
from inventory.stock.queries.statements import line_of as line_of
from inventory.stock.queries.statements import safety_stock as safety_stock
from inventory.stock.queries.statements import statement as statement
from inventory.stock.queries.statements import statement_rows as statement_rows

"""The ground floor: places, people, the work on the shop floor and its score."""

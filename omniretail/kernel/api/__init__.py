"""The REST door: who may ask, how questions and answers look, what happens once."""

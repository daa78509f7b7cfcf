"""The same bots as Silverback workers, on any number of machines with one Redis between them.

The runner (`runner.py`) puts a task into the queue for each new block and bot, and some worker takes it and
does a round (`tasks.py`). A task is only a wake-up: a lost one loses nothing, and workers whom nobody wakes
go by a clock of their own.
"""

"""What each event does to the index. A handler gives where the order was placed that it concerns, if any."""

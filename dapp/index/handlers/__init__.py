"""What each event does to the index. A handler gives the id of the order that its event concerns, if any."""

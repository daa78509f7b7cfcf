"""What this server holds about an account, place by place: to be given to it, and to be erased."""

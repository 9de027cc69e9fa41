"""`hocba demo`: the whole way of one class on this machine, with nothing to configure."""

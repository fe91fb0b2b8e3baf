"""What a client may ask and what it gets back, with no HTTP and no Whoosh in it; and the port `Engine`."""

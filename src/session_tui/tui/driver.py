"""A keyboard, or a paste, that sends bytes which are no UTF-8 costs what came with them, and never the session."""

from textual.driver import Driver


def tolerant_driver(driver: type[Driver]) -> type[Driver]:
    """The same driver, which goes on reading where the framework's would end the program."""
    reads = getattr(driver, "run_input_thread", None)
    if reads is None:  # Windows gives characters, not bytes
        return driver

    def run_input_thread(self: Driver) -> None:
        while True:
            try:
                reads(self)
            except UnicodeDecodeError:
                continue
            return

    return type(driver.__name__, (driver,), {"run_input_thread": run_input_thread})

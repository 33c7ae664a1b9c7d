"""Bytes from the keyboard: those that are no UTF-8 cost what came with them, and one thread reads them, always."""

from threading import Thread

from textual.driver import Driver


def tolerant_driver(driver: type[Driver]) -> type[Driver]:
    """The same driver, which goes on reading where the framework's would end the program, and never reads twice."""
    reads = getattr(driver, "run_input_thread", None)
    starts = driver.start_application_mode
    if reads is None:  # Windows gives characters, not bytes
        return driver

    def run_input_thread(self: Driver) -> None:
        while True:
            try:
                reads(self)
            except UnicodeDecodeError:
                continue
            return

    def start_application_mode(self: Driver) -> None:
        # Textual 8.2.8 starts everything again after SIGCONT, also where SIGSTOP gave it no moment to end it: two
        # threads would then share the keys between them, and give them on in another order.
        reader: Thread | None = getattr(self, "_key_thread", None)
        if reader is None or not reader.is_alive():
            starts(self)
        else:
            _raw_again(self)

    return type(
        driver.__name__,
        (driver,),
        {"run_input_thread": run_input_thread, "start_application_mode": start_application_mode},
    )


def _raw_again(driver: Driver) -> None:
    """A shell may have set its own terminal modes while we were stopped; those of before us are still known."""
    import termios  # not on Windows

    from textual.drivers.linux_driver import LinuxDriver

    if not isinstance(driver, LinuxDriver):
        return
    try:
        modes = termios.tcgetattr(driver.fileno)
        modes[0], modes[3] = LinuxDriver._patch_iflag(modes[0]), LinuxDriver._patch_lflag(modes[3])
        modes[6][termios.VMIN] = 1
        termios.tcsetattr(driver.fileno, termios.TCSANOW, modes)
    except termios.error:
        return
    driver.write("\x1b[?1049h\x1b[?25l\x1b[?1004h\x1b[?2004h\x1b[?7l")
    driver._enable_mouse_support()
    driver._app.call_later(driver._app.refresh, layout=True)

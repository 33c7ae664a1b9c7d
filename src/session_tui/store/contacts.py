"""Reads a CRM's export of contacts. The file belongs to the user and is never written."""

from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

from session_tui.model.crm.contacts import Contact, are_contacts, contacts_of, recognised_contacts
from session_tui.model.fault import Fault
from session_tui.store import delimited_text, regular_file
from session_tui.store.errors import StoreError, from_os_error

LARGEST = 20 * 1024 * 1024  # bytes; ten thousand contacts have about 2 MB


class ContactFile(Struct, frozen=True):
    """The people of a file, a fault for each line that should have one, and what else is worth
    saying: its encoding, a footer.
    """

    contacts: tuple[Contact, ...]
    faults: tuple[Fault, ...]
    remarks: tuple[Fault, ...] = ()


def read(path: Path) -> ContactFile:
    """Return the contacts of a CSV file; `StoreError` where it is none.

    A file that is too large is refused before it is read, and so are pipes and devices.
    """
    try:
        size = path.stat().st_size
        if size > LARGEST and path.is_file():
            what = f"it is larger than {LARGEST // (1024 * 1024)} MB, too large for contacts"
            raise StoreError(Fault(str(path), what, "Export the contacts of one account, with fewer columns."))
        content = regular_file.read(path, LARGEST)
    except FileNotFoundError:
        raise StoreError(Fault(str(path), "there is no such file", "Name the CRM's export of contacts.")) from None
    except OSError as error:
        raise StoreError(from_os_error(error, path, "Name a CSV file.")) from error
    except ValueError:  # a zero byte in the name
        raise StoreError(Fault(str(path), "no file can be called so", "Name a CSV file.")) from None

    def no_headings(any_line: bool) -> Fault:
        what = "it has no column for names" if any_line else "it is empty"
        return Fault(str(path), what, "Its headings are Name, or First Name and Last Name; and Title, Account.")

    found = delimited_text.parse(content, path, recognised_contacts, are_contacts, no_headings)
    contacts, faults, others = contacts_of(found.header, found.records)
    placed = tuple(replace(fault, where=f"{path.name}:{fault.line}") for fault in faults)
    remarks = [Fault(path.name, found.remark, "Save it as UTF-8 where a name looks wrong.")] if found.remark else []
    # Each with its text: what is left out may be a person after all.
    remarks += [replace(each, where=f"{path.name}:{each.line}") for each in others]
    return ContactFile(contacts, placed, tuple(remarks))

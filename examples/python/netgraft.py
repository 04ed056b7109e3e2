#!/usr/bin/env python3
"""A binding by ctypes, and a sandbox made with it: LD_LIBRARY_PATH=/usr/local/lib python3 netgraft.py"""
import ctypes
import os

lib = ctypes.CDLL("libnetgraft.so.0")
HANDLE = ctypes.c_void_p


class Statistics(ctypes.Structure):
    """netgraft_statistics; the size goes along with it, so that later versions may lengthen it."""
    _fields_ = [(direction + what, ctypes.c_uint64)
                for direction in ("rx_", "tx_") for what in ("bytes", "packets", "errors", "dropped")]


def function(name, *arguments, result=HANDLE):
    found = getattr(lib, "netgraft_" + name)
    found.argtypes, found.restype = arguments, result
    return found


message = function("error_message", HANDLE, result=ctypes.c_char_p)
free_error = function("error_free", HANDLE, result=None)


def call(name, *arguments):
    """Calls what returns 0 or -errno; the error is freed once it is told."""
    error = HANDLE()
    if failed := getattr(lib, "netgraft_" + name)(*arguments, ctypes.byref(error)):
        told = message(error).decode(errors="replace")
        free_error(error)
        raise OSError(-failed, told)


class Handle:
    """A handle of the library's, freed with the object; the last argument of what makes one is where it goes."""

    def __init__(self, kind, make, *arguments):
        self.kind, self._as_parameter_ = kind, HANDLE()
        call(make, *arguments, ctypes.byref(self._as_parameter_))

    def __del__(self):
        function(self.kind + "_free", HANDLE, result=None)(self._as_parameter_)


def sandbox():
    """Makes a namespace with a bridge, tells of it, and takes it away."""
    namespace = Handle("namespace", "namespace_create_anonymous")
    link = Handle("link", "link_new_bridge", b"lan")
    config = Handle("config", "config_new_named", b"lan0")
    call("config_add_address", config, b"10.0.0.1/24")
    lan = Handle("interface", "namespace_add_interface", namespace, link, config)
    counted = Statistics()
    call("interface_statistics", lan, ctypes.byref(counted), ctypes.c_size_t(ctypes.sizeof(counted)))
    name = function("interface_name", HANDLE, result=ctypes.c_char_p)(lan)
    print(f"{os.fsdecode(name)} has sent {counted.tx_bytes} bytes")
    try:
        call("config_add_address", config, b"10.0.0.1/99")
    except OSError as refusal:
        print(f"refused with {refusal.errno}: {refusal.strerror}")
    call("interface_remove", lan)


if __name__ == "__main__":
    sandbox()

# What engineers script with paramiko: KEY PORT, then what to do; standard input and output as with ssh.
import io
import sys
import threading
import paramiko

key_file, port, what, *rest = sys.argv[1:]
client = paramiko.SSHClient()
client.set_missing_host_key_policy(paramiko.AutoAddPolicy())
key = paramiko.Ed25519Key.from_private_key_file(key_file)
client.connect("127.0.0.1", int(port), "engineer", pkey=key, allow_agent=False, look_for_keys=False)


def through(channel, source):
    """Sends standard input beside reading: a peer that answers while it reads would otherwise wait for ever."""
    def send():
        channel.sendall(source.read())
        channel.shutdown_write()

    threading.Thread(target=send).start()
    for piece in iter(lambda: channel.recv(32768), b""):
        sys.stdout.buffer.write(piece)


if what in ("exec", "pty"):
    channel = client.get_transport().open_session()
    if what == "pty":
        channel.get_pty("xterm-256color", 100, 40)
    channel.exec_command(rest[0])
    through(channel, sys.stdin.buffer if what == "exec" else io.BytesIO())
    for piece in iter(lambda: channel.recv_stderr(32768), b""):
        sys.stderr.buffer.write(piece)
    status = channel.recv_exit_status()
    client.close()
    sys.exit(status)
elif what == "forward":
    host, to = rest[0].split(":")
    through(client.get_transport().open_channel("direct-tcpip", (host, int(to)), ("127.0.0.1", 1)), sys.stdin.buffer)
elif what == "sftp":
    local, folder = rest
    sftp = client.open_sftp()
    sftp.mkdir(f"{folder}/新")
    sftp.put(local, f"{folder}/新/a.bin")
    sftp.posix_rename(f"{folder}/新/a.bin", f"{folder}/新/b.bin")
    sftp.symlink("b.bin", f"{folder}/新/link")
    with sftp.open(f"{folder}/新/link") as opened:
        opened.seek(1000)
        assert opened.read(10) == open(local, "rb").read()[1000:1010]
    sftp.get(f"{folder}/新/link", f"{local}.back")
    assert sorted(sftp.listdir(f"{folder}/新")) == ["b.bin", "link"], sftp.listdir(f"{folder}/新")
    for name in ("link", "b.bin"):
        sftp.remove(f"{folder}/新/{name}")
    sftp.rmdir(f"{folder}/新")
elif what == "pieces":
    with client.open_sftp().open(f"{rest[0]}/pieces", "w+") as opened:
        for at in (9, 3, 7, 0, 5, 3):
            opened.seek(at * 50000)
            opened.write(bytes([at]) * 60000)
            opened.seek(at * 50000)
            assert opened.read(60000) == bytes([at]) * 60000
client.close()

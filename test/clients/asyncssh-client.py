# What engineers script with asyncssh: KEY PORT, then what to do; standard input and output as with ssh.
import asyncio
import sys
import asyncssh


async def main():
    key_file, port, what, *rest = sys.argv[1:]
    options = dict(username="engineer", client_keys=[key_file], known_hosts=None, agent_path=None, config=[])
    async with asyncssh.connect("127.0.0.1", int(port), **options) as connection:
        if what in ("exec", "pty"):
            terminal = dict(term_type="xterm-256color", term_size=(100, 40))
            how = terminal if what == "pty" else dict(input=sys.stdin.buffer.read())
            ran = await connection.run(rest[0], encoding=None, **how)
            sys.stdout.buffer.write(ran.stdout)
            sys.stderr.buffer.write(ran.stderr)
            return ran.exit_status
        if what == "forward":
            host, to = rest[0].split(":")
            reader, writer = await connection.open_connection(host, int(to))
            writer.write(sys.stdin.buffer.read())
            writer.write_eof()
            sys.stdout.buffer.write(await reader.read())
        if what == "sftp":
            local, folder = rest
            async with connection.start_sftp_client() as sftp:
                await sftp.mkdir(f"{folder}/新")
                await sftp.put(local, f"{folder}/新/a.bin")
                await sftp.posix_rename(f"{folder}/新/a.bin", f"{folder}/新/b.bin")
                await sftp.symlink("b.bin", f"{folder}/新/link")
                await sftp.get(f"{folder}/新/b.bin", f"{local}.back")
                names = set(await sftp.listdir(f"{folder}/新")) - {".", ".."}
                assert names == {"b.bin", "link"}, names
                assert await sftp.readlink(f"{folder}/新/link") == "b.bin"
                await sftp.rmtree(f"{folder}/新")
    return 0


sys.exit(asyncio.run(main()))

// What worker.js uses of the library @bjorn3/browser_wasi_shim, which `make site` fetches into the folder wasi.
type Rights = { fs_rights_base: bigint; fs_rights_inherited: bigint };
export class File {
	constructor(data: ArrayBufferLike | ArrayLike<number>, options?: { readonly?: boolean });
	data: Uint8Array;
}
export class Fd {}
export class OpenFile extends Fd {
	constructor(file: File);
}
export class PreopenDirectory extends Fd {
	constructor(name: string, contents: Map<string, File>);
	fd_fdstat_get(): { ret: number; fdstat: Rights };
}
export class ConsoleStdout extends Fd {
	static lineBuffered(write: (line: string) => void): ConsoleStdout;
}
export class WASI {
	constructor(args: string[], env: string[], fds: Fd[], options?: { debug?: boolean });
	wasiImport: WebAssembly.ModuleImports;
	inst: unknown;
}

import mime from 'mime';

/** By the name's extension; `application/octet-stream` when that says nothing. */
export const mediaTypeOf = (filename: string): string => mime.getType(filename) ?? 'application/octet-stream';

export { encodedSize, fileBytes } from './base64.ts';
export { type InputFile, MAX_FILE_BYTES, MAX_QUESTION_FILE_BYTES, readInputFiles } from './input-file.ts';
export { mediaTypeOf } from './media-type.ts';
export { objectKey } from './object-key.ts';
export { plainFilename } from './plain-filename.ts';
export { PartitionFiles } from './partition-files.ts';
export { createS3Client } from './s3-client.ts';

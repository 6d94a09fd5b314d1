/** A file as its provider describes it. `detail.encoded_content` is its content in base64 where that was asked for. */
export interface ProviderFile {
  id: string;
  detail: Record<string, unknown>;
}

export interface NewProviderFile {
  filename: string;
  content: Uint8Array<ArrayBuffer>;
  mediaType: string;
  /** In the provider's words; the port has a default. */
  purpose?: string;
  /** Seconds after which the provider deletes it, where it knows such a thing; an hour or more. */
  expiresAfter?: number;
}

/**
 * Files at a provider, in the account of the agent whose configuration is given. Stateless, as handlers are. Rejects
 * with AppError `provider.*`, `egress.forbidden`, or `argument.tooLarge` for more content than we take.
 */
export interface FilePort<Configuration = unknown> {
  /** Which property of a file names it to its provider. */
  readonly identity: 'id' | 'file_name';
  /** True where the agent uses the operator's account: then files of other tenants are in it too. */
  isShared(configuration: Configuration): boolean;
  upload(configuration: Configuration, file: NewProviderFile): Promise<ProviderFile>;
  /** All of the account, newest first, page by page as they are read. */
  list(configuration: Configuration, filter: { purpose?: string }): AsyncIterable<ProviderFile>;
  delete(configuration: Configuration, id: string): Promise<void>;
  get(configuration: Configuration, file: { id: string; withContent: boolean }): Promise<ProviderFile>;
  /** A file that a run made in a container of the provider. */
  output(
    configuration: Configuration,
    file: { containerId: string; fileId: string; withContent: boolean },
  ): Promise<ProviderFile>;
}

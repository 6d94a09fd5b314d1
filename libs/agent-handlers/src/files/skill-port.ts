/** A skill or one version of it, as its provider describes it; `id` is what the provider wants it named by. */
export interface ProviderSkill {
  id: string;
  detail: Record<string, unknown>;
}

/** A skill's folder: paths begin with its name, and one of them is `<name>/SKILL.md`. */
export interface SkillFile {
  path: string;
  content: Uint8Array<ArrayBuffer>;
}

/** Skills at a provider, in the account of the agent whose configuration is given. Stateless; fails as `FilePort` does. */
export interface SkillPort<Configuration = unknown> {
  /** True where the agent uses the operator's account: then skills of other tenants are in it too. */
  isShared(configuration: Configuration): boolean;
  /** All of the account, page by page as they are read. */
  list(configuration: Configuration): AsyncIterable<ProviderSkill>;
  get(configuration: Configuration, skillId: string): Promise<ProviderSkill>;
  create(
    configuration: Configuration,
    skill: { title?: string; files: readonly SkillFile[] },
  ): Promise<ProviderSkill>;
  delete(configuration: Configuration, skillId: string): Promise<void>;
  /** Newest first. */
  versions(configuration: Configuration, skillId: string): AsyncIterable<ProviderSkill>;
  addVersion(
    configuration: Configuration,
    skillId: string,
    files: readonly SkillFile[],
  ): Promise<ProviderSkill>;
  deleteVersion(configuration: Configuration, skillId: string, version: string): Promise<void>;
}

/** As the SDKs take it. */
export const uploadable = ({ path, content }: SkillFile): File => new File([content], path);

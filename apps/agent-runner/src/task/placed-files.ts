import {
  type ConversationMessage,
  type MessageFile,
  orAborted,
  type RunJournal,
} from '@agent-engine/agent-handlers';
import type { AgentSetup, LoadedAgent } from './agent-setup.ts';

/** The place of a run at which a question's files are where the provider's tools find them. */
const PLACED = 'files';

/** What the journal keeps: the ids in the order of the question's files, and the account they are in. */
interface Placed {
  account: string;
  ids: (string | null)[];
}

/** The files of one question at its provider, if it has tools that want them there: for as long as the run lasts. */
export class PlacedFiles {
  private readonly journal: RunJournal;
  private placed: Placed | undefined;

  constructor(journal: RunJournal) {
    this.journal = journal;
    this.placed = journal.finished(PLACED) as Placed | undefined;
  }

  /** The conversation with the question's files placed, if all its models can read there. */
  async messages({ messages, models }: AgentSetup, signal: AbortSignal): Promise<ConversationMessage[]> {
    const [{ handler, configuration, account }] = models;
    const question = messages.at(-1);
    // A file placed in one account cannot be read in another.
    const isOneAccount = models.every((model) => model.account === account);
    if (question?.role !== 'user' || !question.files || !handler.placeFiles || !isOneAccount) return messages;
    const given = question.files;
    let files: readonly MessageFile[];
    if (this.placed?.account === account) files = withIds(given, this.placed.ids);
    else {
      files = await orAborted(handler.placeFiles(configuration, given, signal), signal);
      await this.note(account, files);
    }
    return [...messages.slice(0, -1), { ...question, files }];
  }

  /** Best effort: what is left expires where the provider knows such a thing. @throws what the provider throws */
  async remove([{ handler, configuration, account }]: LoadedAgent['models']): Promise<void> {
    if (this.placed?.account !== account || !handler.files) return;
    const { files } = handler;
    const ids = this.placed.ids.filter((id) => id !== null);
    await Promise.all(ids.map((id) => files.delete(configuration, id)));
  }

  get isEmpty(): boolean {
    return this.placed === undefined;
  }

  private async note(account: string, files: readonly MessageFile[]): Promise<void> {
    const ids = files.map(({ fileId = null }) => fileId);
    if (ids.every((id) => id === null)) return;
    this.placed = { account, ids };
    await this.journal.finish(PLACED, this.placed);
  }
}

const withIds = (files: readonly MessageFile[], ids: Placed['ids']): MessageFile[] =>
  files.map((file, index) => {
    const { filename, mediaType } = file;
    const fileId = ids[index];
    return fileId == null ? file : { filename, mediaType, fileId };
  });

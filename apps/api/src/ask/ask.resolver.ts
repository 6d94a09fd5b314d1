import { JsonCamelCase, snakeKeys } from '@agent-engine/graphql';
import { Inject } from '@nestjs/common';
import { Args, ArgsType, Field, Int, ObjectType, Query, Resolver } from '@nestjs/graphql';
import type { AskAnswer, AskRequest } from '../sockets/ask-port.ts';
import { AskService } from './ask.service.ts';

@ObjectType('AskModelType')
export class AskModelType implements AskAnswer {
  @Field(() => String, { nullable: true }) agentUuid!: string;
  @Field(() => String, { nullable: true }) threadUuid!: string;
  @Field(() => String, { nullable: true }) userQuery!: string;
  @Field(() => String, { nullable: true }) functionName!: string;
  @Field(() => String, { nullable: true }) asyncTaskUuid!: string;
  @Field(() => String, { nullable: true }) currentRunUuid!: string;
}

@ArgsType()
class AskModelArgs implements AskRequest {
  @Field(() => String) agentUuid!: string;
  @Field(() => String, { nullable: true }) threadUuid?: string | null;
  @Field(() => String, { nullable: true }) userId?: string | null;
  @Field(() => String) userQuery!: string;
  @Field(() => [JsonCamelCase], { nullable: 'itemsAndList' }) inputFiles?: unknown[] | null;
  @Field(() => Boolean, { nullable: true }) stream?: boolean | null;
  @Field(() => Int, { nullable: true }) threadLifeMinutes?: number | null;
  @Field(() => String) updatedBy!: string;
}

@Resolver()
export class AskResolver {
  @Inject(AskService) private readonly questions!: AskService;

  /** A query by contract, although it starts work: clients send it as one. */
  @Query(() => AskModelType, { nullable: true })
  askModel(@Args() args: AskModelArgs): Promise<AskAnswer> {
    return this.questions.ask({
      ...args,
      inputFiles: snakeKeys(args.inputFiles),
    });
  }
}

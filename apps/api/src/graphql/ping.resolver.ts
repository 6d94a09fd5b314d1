import { Query, Resolver } from '@nestjs/graphql';

@Resolver()
export class PingResolver {
  @Query(() => String, { nullable: true })
  ping(): string {
    return `Hello at ${new Date().toTimeString().slice(0, 8)}!!`;
  }
}

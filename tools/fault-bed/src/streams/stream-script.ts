/** How the shards of a stream are to look and behave. Records of one item stay in order, parents before children. */
export interface StreamScript {
  seed: number | string;
  /** A shard closes after about so many records. Default 20. */
  recordsPerShard?: number;
  /** Shards that take records at once, at most. Default 4. */
  openShards?: number;
  /** The order in which DescribeStream lists them. Default `childrenFirst`. */
  listing?: 'inOrder' | 'childrenFirst' | 'shuffled';
  /** Shards per answer of DescribeStream. Default 2. */
  pageSize?: number;
  /** Share of GetRecords that answer nothing although there is something. Default 0.1. */
  emptyPages?: number;
  /** Share of GetRecords that begin with records already given, or give only those. Default 0. */
  redelivered?: number;
  /** For so many answers of DescribeStream after it closed, a parent is not listed although it is there. Default 0. */
  hiddenParents?: number;
}

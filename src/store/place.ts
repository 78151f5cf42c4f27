/** Where a row stands in a list that is ordered by a time, and by its integer id where times are equal. */
export interface Place {
  at: Date;
  rowId: number;
}

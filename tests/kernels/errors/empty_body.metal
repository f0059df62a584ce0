// A body without a statement.
// ember: output y = f32(8)
// ember: expect failure: the source of kernel `empty_body` is empty

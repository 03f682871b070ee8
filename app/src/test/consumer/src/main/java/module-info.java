/** A user of the library on the module path. */
module outside {
    requires org.praxino.stream;
}
